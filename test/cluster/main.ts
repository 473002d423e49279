/** Entry of `npm run cluster` and `npm run test:cluster`. */
import { parseArgs } from 'node:util';
import { buildPrograms } from './build.ts';
import { gatherFailureLogs } from './failure-logs.ts';
import { imageNames } from './images.ts';
import { kubectlOf } from './kubectl.ts';
import { releaseLock, withLock } from './lock.ts';
import { findMachine } from './machine/namespaces.ts';
import { remainsOf, viewHost } from './machine/remains.ts';
import { kubectlWrapper, manifestsFolder } from '../support/machine/paths.ts';
import { buildProductImages, productDockerfilesExist, productImageName } from './product-images.ts';
import { ownNames, withAddedNames } from './proof-names.ts';
import { allProofs } from './proofs/all.ts';
import { writeOverlay } from './proofs/overlay.ts';
import type { ProofContext, ProofImages } from './proofs/proof.ts';
import { runProofs } from './proofs/run-proofs.ts';
import { seconds } from '../support/machine/steps.ts';
import { type Cluster, bringUp, findCluster, prepare, prepareHost, takeDown } from './up.ts';

const usage = `npm run cluster                  bring the cluster up and leave it up
npm run cluster -- down          end it; nothing of it is left
npm run cluster -- images        build all images and print their archives, for a cluster of your own
npm run test:cluster             bring a cluster up, prove, take it down
  -- --only PATTERN              only the proofs whose number or name matches the regular expression
  -- --keep                      leave the cluster up; use the one that is up
  -- --kubeconfig FILE           prove on an existing cluster, with images that it can pull:
     --image-webhook NAME, --image-sidecar NAME, --image-alpine NAME, --image-glibc NAME,
     --image-own-resolver NAME, --image-coredns NAME
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    kubeconfig: { type: 'string' },
    'image-webhook': { type: 'string' },
    'image-sidecar': { type: 'string' },
    'image-alpine': { type: 'string' },
    'image-glibc': { type: 'string' },
    'image-own-resolver': { type: 'string' },
    'image-coredns': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const commands: Readonly<Record<string, () => Promise<number>>> = {
  up: keepUp,
  down: async () => {
    await takeDown();
    process.stdout.write('The cluster is down.\n');
    return 0;
  },
  images: async () => {
    const { archives } = await prepare();
    process.stdout.write(`${[...archives, ...(await productArchives())].join('\n')}\n`);
    return 0;
  },
  prove: () => (values.kubeconfig === undefined ? proveOnOwn() : proveOnExisting(values.kubeconfig)),
};

/** Said when everything else is done: the sum of the proofs. */
let lastLine = '';

const command = commands[positionals.at(-1) ?? ''];
if (values.help || command === undefined) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    process.exitCode = await withLock(command);
    if (lastLine !== '') process.stdout.write(`${lastLine}\n`);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function keepUp(): Promise<number> {
  const startedMs = performance.now();
  const { cluster, isNew } = await ownCluster(true);
  process.stdout.write(`
Kubernetes is ${isNew ? `up after ${seconds(performance.now() - startedMs)}` : 'up already'}. Reach it with

  alias kubectl=${kubectlWrapper}
  kubectl get pods --all-namespaces

A shell in its network: nsenter --target ${cluster.machine.pid} --net
Its end:                npm run cluster -- down
`);
  return 0;
}

async function proveOnOwn(): Promise<number> {
  await prepareHost();
  // What a crashed run has left is not what was there before.
  if ((await findMachine())?.kept !== true) await takeDown();
  const before = await viewHost();
  const code = await proveOnCluster();
  if (values.keep) return code;
  const remains = remainsOf(before, await viewHost());
  if (remains.length === 0) {
    print('The cluster is down, and nothing of it is left: process, mount, cgroup, network interface, sysctl or file.');
    return code;
  }
  const list = remains.map((line) => `  ${line}\n`).join('');
  lastLine = `failed: something of the cluster is left\n${list}${lastLine}, and something of the cluster is left`;
  return 1;
}

async function proveOnCluster(): Promise<number> {
  const { cluster } = await ownCluster(values.keep);
  try {
    return await proveWith({
      kubectl: cluster.kubectl,
      images: await imagesOfArguments(),
      manifests: manifestsFolder,
      names: ownNames,
      cluster,
      print,
    });
  } finally {
    if (!values.keep) await takeDown();
  }
}

async function proveOnExisting(kubeconfig: string): Promise<number> {
  const programs = await buildPrograms();
  const kubectl = kubectlOf([`${programs.kubernetesFolder}/kubectl`, `--kubeconfig=${kubeconfig}`]);
  const images = await imagesOfArguments();
  const { 'image-webhook': webhook, 'image-sidecar': sidecar } = values;
  const manifests =
    webhook === undefined && sidecar === undefined
      ? manifestsFolder
      : await writeOverlay('images', { ...(webhook && { webhook }), ...(sidecar && { sidecar }) });
  return withAddedNames(kubectl, images, (names) =>
    proveWith({ kubectl, images, manifests, names, cluster: undefined, print }),
  );
}

async function imagesOfArguments(): Promise<ProofImages> {
  return {
    webhook: values['image-webhook'] ?? (await productImageName('webhook')),
    sidecar: values['image-sidecar'] ?? (await productImageName('sidecar')),
    alpine: values['image-alpine'] ?? imageNames.alpine,
    glibc: values['image-glibc'] ?? imageNames.glibc,
    ownResolver: values['image-own-resolver'] ?? imageNames.ownResolver,
    coredns: values['image-coredns'] ?? imageNames.coredns,
  };
}

async function proveWith(context: ProofContext): Promise<number> {
  const pattern = new RegExp(values.only ?? '', 'i');
  const chosen = allProofs.filter((proof) => pattern.test(`${proof.number} ${proof.name}`));
  if (chosen.length === 0) throw new Error(`no proof matches ${values.only}`);
  const { failed, summary } = await runProofs(chosen, context);
  if (failed > 0) {
    const lines = await gatherFailureLogs(context.kubectl, context.cluster?.machine);
    process.stderr.write(`\n${lines.join('\n')}\n`);
  }
  lastLine = summary;
  return failed === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

/** The cluster that is up for hand work, or a new one. */
async function ownCluster(kept: boolean): Promise<{ cluster: Cluster; isNew: boolean }> {
  const running = await findMachine();
  if (running?.kept === true && !kept) {
    throw new Error(
      'A cluster is up for hand work. Prove on it with: npm run test:cluster -- --keep\n' +
        'or end it with: npm run cluster -- down',
    );
  }
  const prepared = await prepare();
  const archives = [...prepared.archives, ...(await productArchives())];
  const found = await findCluster(prepared.programs);
  if (found !== undefined) {
    await found.importImages(archives);
    return { cluster: found, isNew: false };
  }
  endOnSignals();
  try {
    return { cluster: await bringUp({ ...prepared, archives }, kept), isNew: true };
  } catch (error) {
    const lines = await gatherFailureLogs(undefined, await findMachine());
    await takeDown();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${lines.join('\n')}`, {
      cause: error,
    });
  }
}

async function productArchives(): Promise<readonly string[]> {
  return productDockerfilesExist() ? buildProductImages() : [];
}

function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.stderr.write(`\n${signal}: taking the cluster down\n`);
      void takeDown()
        .then(releaseLock)
        .finally(() => process.exit(130));
    });
  }
}
