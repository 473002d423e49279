/** Names as three pods see them: musl as it is, musl with the sidecar, glibc. */
import { styleText } from 'node:util';
import type { Kubectl } from '../kubectl.ts';
import { proofNamespace } from '../machine/names.ts';
import { questionsOf } from './names.ts';
import { inNamespace, onlyPodOf, parseLookups, podOf, waitReady, waitRollout } from './pods.ts';
import { ensureProduct, optedIn, optedOut } from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';
import { type Answer, type Question, ask, formatAnswer, isSame } from './questions.ts';
import { columns } from './run-proofs.ts';
import { deploymentOf, serviceOf } from './workload-objects.ts';

const table: Proof = {
  number: '2',
  name: 'names resolve in an injected musl pod as in a glibc pod, which the pod without the sidecar does not',
  async prove(context) {
    await ensureProduct(context);
    return inNamespace(context.kubectl, `${proofNamespace}-other`, {}, (otherNamespace) =>
      inNamespace(context.kubectl, proofNamespace, optedIn, (namespace) => compare(context, namespace, otherNamespace)),
    );
  },
};

interface Row {
  readonly question: Question;
  readonly alone: Answer;
  readonly injected: Answer;
  readonly glibc: Answer;
}

const heading = ['', 'asked', 'musl alone', 'musl injected', 'glibc'].map((cell) => styleText('bold', cell));

export const nameProofs: readonly Proof[] = [table];

async function compare(context: ProofContext, namespace: string, otherNamespace: string): Promise<string> {
  const { kubectl, names, print } = context;
  const startedMs = await startPods(context, namespace, otherNamespace);
  const pods = await Promise.all(['alone', 'injected', 'glibc'].map((app) => onlyPodOf(kubectl, namespace, app)));
  const questions = questionsOf({
    namespace,
    otherNamespace,
    clusterDomain: names.clusterDomain,
    serviceAddress: await serviceAddress(kubectl, namespace),
    podAddress: (await onlyPodOf(kubectl, namespace, 'target')).address,
  });
  const [alone = [], injected = [], glibc = []] = await Promise.all(pods.map((pod) => ask(kubectl, pod, questions)));
  const rows = questions.map((question, index) => ({
    question,
    alone: answerAt(alone, index),
    injected: answerAt(injected, index),
    glibc: answerAt(glibc, index),
  }));
  for (const line of columns([heading, ...rows.map(cellsOf)]).split('\n')) print(line);
  const wrong = rows.filter((row) => !isSame(row.injected, row.glibc));
  hold(wrong.length === 0, () => `not as glibc: ${JSON.stringify(wrong)}`);
  const failing = rows.filter((row) => !isSame(row.alone, row.glibc)).length;
  hold(rows.length >= 25, () => `only ${rows.length} names`);
  hold(failing >= 5, () => `musl alone fails only ${failing} of them: they show nothing`);
  return `all ${rows.length} as glibc, ${rows.length - failing} without; first lookup after ${startedMs} ms`;
}

/** Gives how long the first lookup of the injected application took: it is its first action, and not repeated. */
async function startPods({ kubectl, names, images }: ProofContext, namespace: string, other: string): Promise<number> {
  const spec = {
    ...names.dns(namespace),
    hostAliases: [{ ip: '203.0.113.77', hostnames: ['aliased', 'aliased.example.test'] }],
  };
  const first = { command: ['/bin/sh', '-c', '/bin/probe lookup web; exec /bin/probe wait'] };
  await kubectl.apply(
    serviceOf({ namespace, name: 'web', app: 'server' }),
    serviceOf({ namespace, name: 'headless', app: 'target', headless: true }),
    serviceOf({ namespace, name: 'external', externalName: 'www.example.test' }),
    serviceOf({ namespace, name: 'external-nowhere', externalName: 'nowhere.example.test' }),
    serviceOf({ namespace: other, name: 'shop', app: 'server' }),
    podOf({ namespace, name: 'server', image: images.glibc, probe: ['serve', '8080'] }),
    podOf({
      namespace,
      name: 'target',
      image: images.glibc,
      probe: ['serve', '8080'],
      spec: { hostname: 'first', subdomain: 'headless' },
    }),
  );
  await waitReady(kubectl, namespace, 'server', 'target');
  await kubectl.apply(
    deploymentOf({ namespace, name: 'injected', image: images.alpine, spec, container: first }),
    deploymentOf({ namespace, name: 'alone', image: images.alpine, spec, labels: optedOut }),
    deploymentOf({ namespace, name: 'glibc', image: images.glibc, spec }),
  );
  await waitRollout(kubectl, namespace, 'deployment/injected', 'deployment/alone', 'deployment/glibc');
  const log = await kubectl.run(['logs', `--namespace=${namespace}`, 'deployment/injected', '--container=app']);
  const [lookup] = parseLookups(log.stdout);
  // musl asks again every two seconds: a sidecar that came later than the application would show in the time alone.
  hold(lookup?.outcome === 'OK' && lookup.elapsedMs < 1000, () => `first lookup of the application: ${log.stdout}`);
  return Math.round(lookup.elapsedMs);
}

async function serviceAddress(kubectl: Kubectl, namespace: string): Promise<string> {
  const answer = await kubectl.run([
    'get',
    `--namespace=${namespace}`,
    'service/web',
    '--output=jsonpath={.spec.clusterIP}',
  ]);
  return answer.stdout;
}

function answerAt(answers: readonly Answer[], index: number): Answer {
  const answer = answers[index];
  hold(answer !== undefined, () => `no answer ${index}`);
  return answer;
}

function cellsOf({ question: { what, words, options = [] }, alone, injected, glibc }: Row): string[] {
  const cell = (answer: Answer) =>
    isSame(answer, glibc) ? `✓ ${formatAnswer(answer)}` : styleText('red', `✗ ${formatAnswer(answer)}`);
  return [
    what,
    [...options, ...words].join(' ').replace('-c ', '').slice(0, 44),
    cell(alone),
    cell(injected),
    `  ${formatAnswer(glibc)}`,
  ];
}
