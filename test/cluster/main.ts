/** Entry of `npm run cluster` and `npm run test:cluster`. */
import { parseArgs } from 'node:util';
import { buildPrograms } from './build.ts';
import { gatherFailureLogs } from './failure-logs.ts';
import { imageNames } from './images.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { releaseLock, withLock } from './lock.ts';
import { findMachine } from './machine/namespaces.ts';
import { kubectlWrapper } from './paths.ts';
import { buildProductImages, productDockerfilesExist, productImageName } from './product-images.ts';
import { allProofs } from './proofs/all.ts';
import type { ProofImages } from './proofs/proof.ts';
import { runProofs } from './proofs/run-proofs.ts';
import { seconds } from './steps.ts';
import { type Cluster, bringUp, findCluster, prepare, takeDown } from './up.ts';

const usage = `npm run cluster                  bring the cluster up and leave it up
npm run cluster -- down          end it; nothing of it is left
npm run cluster -- images        build all images and print their archives, for a cluster of your own
npm run test:cluster             bring a cluster up, prove, take it down
  -- --only PATTERN              only the proofs whose number or name matches the regular expression
  -- --keep                      leave the cluster up; use the one that is up
  -- --kubeconfig FILE           prove on an existing cluster, with images that it can pull:
     --image-webhook NAME, --image-sidecar NAME, --image-alpine NAME, --image-glibc NAME
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

const command = commands[positionals.at(-1) ?? ''];
if (values.help || command === undefined) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    process.exitCode = await withLock(command);
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
  const { cluster } = await ownCluster(values.keep);
  try {
    const images = {
      webhook: await productImageName('webhook'),
      sidecar: await productImageName('sidecar'),
      alpine: imageNames.alpine,
      glibc: imageNames.glibc,
    };
    return await proveWith(cluster.kubectl, images, cluster);
  } finally {
    if (!values.keep) await takeDown();
  }
}

async function proveOnExisting(kubeconfig: string): Promise<number> {
  const programs = await buildPrograms();
  const kubectl = kubectlOf([`${programs.kubernetesFolder}/kubectl`, `--kubeconfig=${kubeconfig}`]);
  return proveWith(kubectl, await imagesOfArguments(), undefined);
}

async function imagesOfArguments(): Promise<ProofImages> {
  return {
    webhook: values['image-webhook'] ?? (await productImageName('webhook')),
    sidecar: values['image-sidecar'] ?? (await productImageName('sidecar')),
    alpine: values['image-alpine'] ?? imageNames.alpine,
    glibc: values['image-glibc'] ?? imageNames.glibc,
  };
}

async function proveWith(kubectl: Kubectl, images: ProofImages, cluster: Cluster | undefined): Promise<number> {
  const pattern = new RegExp(values.only ?? '', 'i');
  const chosen = allProofs.filter((proof) => pattern.test(`${proof.number} ${proof.name}`));
  if (chosen.length === 0) throw new Error(`no proof matches ${values.only}`);
  const failures = await runProofs(chosen, {
    kubectl,
    images,
    cluster,
    print: (text) => void process.stdout.write(`  ${text}\n`),
  });
  if (failures > 0) {
    const lines = await gatherFailureLogs(kubectl, cluster?.machine);
    process.stderr.write(`\n${lines.join('\n')}\n`);
  }
  return failures === 0 ? 0 : 1;
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
