/** The command line on a real cluster, as users with the rights of manifests/command-line, and no more. */
import { join } from 'node:path';
import { type CommandResult, tryRun } from '../../support/machine/command.ts';
import { kubeconfigFile, manifestsFolder, projectFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import type { Kubectl } from '../kubectl.ts';
import { commandInNetworkOf } from '../machine/namespaces.ts';
import { inNamespace, podOf, waitReady, waitRollout } from './pods.ts';
import { ensureProduct, optedIn, productNamespace } from './product.ts';
import { type Proof, type ProofContext, hold, ownClusterOf } from './proof.ts';
import { deploymentOf } from './workload-objects.ts';

const rights = join(manifestsFolder, 'command-line', 'cluster-roles.yaml');

// oxlint-disable-next-line typescript/no-explicit-any -- what is in it is what the proof is about
type Document = any;

const inPod: Proof = {
  number: '12.1',
  name: 'explain --in-pod asks the sidecar over a port-forward, with get on pods and get and create on pods/portforward',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images } = context;
    await ensureProduct(context);
    return withRights(kubectl, [], () =>
      inNamespace(kubectl, 'proof-explain', optedIn, async (namespace) => {
        const user = 'explains';
        await kubectl.apply(
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'RoleBinding',
            metadata: { name: user, namespace },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'alpine-resolver-explain' },
            subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
          },
          podOf({ namespace, name: 'web', image: images.alpine }),
        );
        await waitReady(kubectl, namespace, 'web');
        const args = ['explain', '--in-pod', 'pod/web', '--namespace', namespace, 'kubernetes.default'];
        const trace = await document(context, user, args);
        const service = await kubectl.run(['get', 'service/kubernetes', '--output=jsonpath={.spec.clusterIP}']);
        const found = JSON.stringify(trace.replies);
        hold(found.includes(service.stdout), () => `kubernetes.default is ${service.stdout}, the trace has ${found}`);
        const names = trace.lookup.candidates.map(({ name }: { name: string }) => name);
        hold(
          names[1] === `kubernetes.default.svc.${context.names.clusterDomain}`,
          () => `asked were ${names.join(', ')}`,
        );
        const stranger = await cli(context, 'stranger', args);
        hold(stranger.code === 3, () => `without rights it ended with ${stranger.code}: ${stranger.stdout}`);
        return `${trace.lookup.candidates.length} candidates in ${Math.round(trace.elapsedMs)} ms`;
      }),
    );
  },
};

const checks: Proof = {
  number: '12.2',
  name: 'check --cluster with exactly its ClusterRole: what it may not read are the Deployment and the NetworkPolicies of the webhook alone, and a missed pod is found',
  ownCluster: true,
  async prove(context) {
    const { kubectl } = context;
    await ensureProduct(context);
    const user = 'checks';
    return withRights(kubectl, bind(user, 'alpine-resolver-check'), () =>
      withMissed(context, 'proof-check', async (namespace) => {
        const { code, stdout, stderr } = await cli(context, user, [
          'check',
          '--cluster',
          '-A',
          '--fail-on',
          'never',
          '-o',
          'json',
        ]);
        hold(code === 0, () => `it ended with ${code}: ${stderr}`);
        const report: Document = JSON.parse(stdout);
        const unknown = report.unknown as string[];
        hold(
          unknown.length === 3 &&
            unknown[0]?.includes('deployments.apps "alpine-resolver" is forbidden') === true &&
            unknown[2]?.includes('networkpolicies.networking.k8s.io is forbidden') === true,
          () => `not known: ${unknown.join('; ')}`,
        );
        const missed = report.findings.filter(({ code: found }: { code: string }) => found === 'missed');
        const titles = missed.map(({ workload }: { workload: string }) => workload);
        hold(titles.includes(`Deployment ${namespace}/late`), () => `missed: ${titles.join(', ')}`);
        return `${report.counts.pods} owners, ${report.findings.length} findings`;
      }),
    );
  },
};

const status: Proof = {
  number: '12.3',
  name: 'status and version know webhook, CA, certificate and pods; what status missed prints brings the sidecar into what missed it',
  ownCluster: true,
  async prove(context) {
    const { kubectl } = context;
    await ensureProduct(context);
    const user = 'looks';
    const bindings = bind(user, 'alpine-resolver-check', 'alpine-resolver-status');
    return withRights(kubectl, bindings, () =>
      withMissed(context, 'proof-status', async (namespace) => {
        const whole = await document(context, user, ['status']);
        const { webhook, pods } = whole;
        hold(webhook.namespace === productNamespace, () => JSON.stringify(webhook));
        hold(webhook.replicas.value?.ready === 2, () => JSON.stringify(webhook.replicas));
        hold(webhook.configuration.value?.authorities.length > 0, () => JSON.stringify(webhook.configuration));
        hold(Date.parse(webhook.certificateEnds.value) > Date.now(), () => JSON.stringify(webhook.certificateEnds));
        hold(pods.value?.missed >= 1 && pods.value.injected >= 1, () => JSON.stringify(pods));
        hold(whole.troubles.value?.sampled >= 1, () => JSON.stringify(whole.troubles));
        const { client, cluster } = await document(context, user, ['version']);
        hold(cluster.webhook.value?.versions[0]?.version === client, () => JSON.stringify(cluster.webhook));
        hold(cluster.sidecars.value?.[0]?.version === client, () => JSON.stringify(cluster.sidecars));
        const printed = await cli(context, user, ['status', 'missed', '--namespace', namespace]);
        const lines = printed.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        const expected = `kubectl rollout restart deployment/late -n ${namespace} --context '`;
        const [line = ''] = lines;
        hold(lines.length === 1 && line.startsWith(expected), () => `it printed ${printed.stdout}${printed.stderr}`);
        const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
        await kubectl.run(words.slice(1));
        await waitRollout(kubectl, namespace, 'deployment/late');
        await until('the end of the pod that missed the sidecar', 30_000, async () => {
          const { stdout } = await cli(context, user, ['status', 'missed', '--namespace', namespace]);
          return stdout.includes('# no pod missed') ? true : undefined;
        });
        const one = await document(context, user, ['status', 'pod/early', '--namespace', namespace]);
        hold(one.state === 'injected' && one.resolvConf.includes(`search ${namespace}.svc.`), () =>
          JSON.stringify(one),
        );
        return `${pods.value.injected} pods injected, ${pods.value.missed} missed`;
      }),
    );
  },
};

export const commandLineProofs: readonly Proof[] = [inPod, checks, status];

/** In the network of the cluster, in the name of this user. */
function cli(context: ProofContext, user: string, args: readonly string[]): Promise<CommandResult> {
  const program = [process.execPath, join(projectFolder, 'dist', 'cli.cjs'), ...args];
  const target = ['--kubeconfig', kubeconfigFile, '--as', user];
  const [command, ...words] = commandInNetworkOf(ownClusterOf(context).machine, [...program, ...target]);
  return tryRun(command, words, { timeoutMs: 120_000 });
}

async function document(context: ProofContext, user: string, args: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await cli(context, user, [...args, '--output', 'json']);
  hold(code === 0, () => `${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

/** Of all namespaces. */
function bind(user: string, ...roles: readonly string[]): object[] {
  return roles.map((role) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `${user}-${role}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  }));
}

/** The ClusterRoles of users, and who has them; they go again, because they are no part of the product. */
async function withRights<Result>(
  kubectl: Kubectl,
  bindings: readonly object[],
  work: () => Promise<Result>,
): Promise<Result> {
  await kubectl.run(['apply', '--filename', rights]);
  if (bindings.length > 0) await kubectl.apply(...bindings);
  try {
    return await work();
  } finally {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: bindings });
    if (bindings.length > 0) await kubectl.run(['delete', '--filename=-', '--ignore-not-found'], { input });
    await kubectl.run(['delete', '--filename', rights, '--ignore-not-found']);
  }
}

/** A namespace that opts in when `late` runs already; `early` is created afterwards. */
async function withMissed(
  { kubectl, images }: ProofContext,
  name: string,
  work: (namespace: string) => Promise<string>,
): Promise<string> {
  return inNamespace(kubectl, name, {}, async (namespace) => {
    await kubectl.apply(deploymentOf({ namespace, name: 'late', image: images.alpine }));
    await waitRollout(kubectl, namespace, 'deployment/late');
    await optIn(kubectl, namespace, images.alpine);
    await kubectl.apply(podOf({ namespace, name: 'early', image: images.alpine }));
    await waitReady(kubectl, namespace, 'early');
    return work(namespace);
  });
}

async function optIn(kubectl: Kubectl, namespace: string, image: string): Promise<void> {
  const words = Object.entries(optedIn).map(([label, value]) => `${label}=${value}`);
  await kubectl.run(['label', 'namespace', namespace, ...words]);
  // The API server learns of the label a moment later.
  const input = JSON.stringify(podOf({ namespace, name: 'tried', image }));
  await until(`injection in namespace ${namespace}`, 20_000, async () => {
    const tried = await kubectl.run(['create', '--dry-run=server', '--output=json', '--filename=-'], { input });
    return tried.stdout.includes('RESOLVER_ANNOTATIONS_FILE') ? true : undefined;
  });
}
