/** What must be shown first: one command installs the product, and the same command again changes nothing. */
import { seconds } from '../../support/machine/steps.ts';
import { installProduct, productNamespace, removeProduct, replicasOf } from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';

const install: Proof = {
  number: '1.1',
  name: 'kubectl apply -k manifests/ on an empty cluster: both replicas become Ready',
  foundation: true,
  async prove(context) {
    await removeProduct(context);
    const startedMs = performance.now();
    await installProduct(context);
    const readyMs = performance.now() - startedMs;
    const replicas = await replicasOf(context.kubectl);
    const ready = replicas.filter((replica) => replica.ready);
    hold(ready.length === 2 && replicas.length === 2, () => `replicas: ${JSON.stringify(replicas)}`);
    const restarts = await context.kubectl.run([
      'get',
      'pods',
      `--namespace=${productNamespace}`,
      '--output=jsonpath={.items[*].status.containerStatuses[*].restartCount}',
    ]);
    hold(restarts.stdout === '0 0', () => `restarts: ${restarts.stdout}`);
    return `both Ready ${seconds(readyMs)} after the command`;
  },
};

const again: Proof = {
  number: '1.2',
  name: 'the same command again changes nothing',
  async prove(context) {
    const before = await versions(context);
    const applied = await context.kubectl.run(['apply', '--kustomize', context.manifests]);
    const after = await versions(context);
    hold(before.size > 10, () => `only ${before.size} objects`);
    const changed = [...after].filter(([object, version]) => before.get(object) !== version);
    hold(changed.length === 0, () => `changed: ${changed.join(', ')}\n${applied.stdout}`);
    // kubectl sends the selector of a PodDisruptionBudget each time, because its merge rule is to replace it; the API server
    // finds no change.
    const said = applied.stdout.split('\n').filter((line) => /(configured|created)$/.test(line));
    const unexpected = said.filter((line) => !line.startsWith('poddisruptionbudget.policy/'));
    hold(unexpected.length === 0, () => unexpected.join('\n'));
    return `${after.size} objects keep their resourceVersion`;
  },
};

const difference: Proof = {
  number: '1.3',
  name: 'kubectl diff -k manifests/ is empty',
  async prove({ kubectl, manifests }) {
    const answer = await kubectl.try(['diff', '--kustomize', manifests]);
    hold(answer.code === 0 && answer.stdout === '', () => `exit code ${answer.code}\n${answer.stdout}${answer.stderr}`);
  },
};

const hasStatus: ReadonlySet<string> = new Set(['Deployment', 'PodDisruptionBudget']);

export const installProofs: readonly Proof[] = [install, again, difference];

/** What `apply` writes. Where a status changes by itself, the generation is what counts. */
async function versions({ kubectl, manifests }: ProofContext): Promise<ReadonlyMap<string, string>> {
  const columns = 'KIND:.kind,NAME:.metadata.name,GENERATION:.metadata.generation,VERSION:.metadata.resourceVersion';
  const answer = await kubectl.run([
    'get',
    `--kustomize=${manifests}`,
    '--no-headers',
    `--output=custom-columns=${columns},SPACE:.metadata.namespace`,
  ]);
  const rows = answer.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/) as [string, string, string, string, string]);
  return new Map(
    rows.map(([kind, name, generation, version, space]) => [
      `${kind} ${space}/${name}`,
      hasStatus.has(kind) ? generation : version,
    ]),
  );
}
