/** What the product's account may do, and what it does. */
import type { Kubectl } from '../kubectl.ts';
import { apiServiceAddress } from '../machine/addresses.ts';
import { runInPodNetwork } from '../machine/containers.ts';
import { withApi } from './api.ts';
import { type AuditEntry, readAudit } from './audit.ts';
import { inNamespace, podOf } from './pods.ts';
import { ensureProduct, optedIn, productNamespace, removals, replicasOf } from './product.ts';
import { type Proof, hold, ownClusterOf } from './proof.ts';

const account = `system:serviceaccount:${productNamespace}:alpine-resolver`;

const unknownNamespace: Proof = {
  number: '11.1',
  name: 'a namespace that the watches have not brought, because they fell silent: its pods are injected',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images } = context;
    const { machine } = ownClusterOf(context);
    await ensureProduct(context);
    const replicas = await replicasOf(kubectl);
    // Packets of the connections that are open now are lost; new connections work.
    for (const { address } of replicas) {
      await runInPodNetwork(
        machine,
        address,
        `set -eu
        ports=$(ss -Htn state established dst ${apiServiceAddress} | sed 's/.*:\\([0-9]*\\) *${apiServiceAddress}:.*/\\1/')
        for port in $ports; do iptables -A INPUT -s ${apiServiceAddress} -p tcp --dport "$port" -j DROP; done`,
      );
    }
    try {
      return await inNamespace(kubectl, 'proof-unknown', optedIn, (namespace) =>
        withApi(kubectl, async (api) => {
          const pod = podOf({ namespace, name: 'pod', image: images.alpine });
          const { status, body, elapsedMs } = await api.post(`/api/v1/namespaces/${namespace}/pods`, pod);
          hold(status === 201 && JSON.stringify(body).includes('RESOLVER_ANNOTATIONS_FILE'), () =>
            JSON.stringify(body),
          );
          return `created in ${elapsedMs.toFixed(0)} ms`;
        }),
      );
    } finally {
      for (const { address } of replicas) await runInPodNetwork(machine, address, 'iptables -F INPUT');
    }
  },
};

interface Permission {
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly verb: string;
}

const permissions: Proof = {
  number: '11.2',
  name: 'the audit log has every permission of the product in use, none wider than its calls, and no call that was refused',
  ownCluster: true,
  async prove(context) {
    const calls = (await readAudit()).filter(({ user }) => user.username === account);
    const refused = calls.filter(isRefused);
    hold(refused.length === 0, () => `refused: ${refused.map(formatCall).join('; ')}`);
    const granted = await grantedPermissions(context.kubectl);
    hold(granted.length > 10, () => `only ${granted.length} permissions`);
    const unused = granted.filter((permission) => !calls.some((call) => uses(call, permission)));
    hold(unused.length === 0, () => `never used: ${unused.map((permission) => JSON.stringify(permission)).join(', ')}`);
    const wide = granted.filter((permission) =>
      isWide(
        permission,
        calls.filter((call) => uses(call, permission)),
      ),
    );
    hold(
      wide.length === 0,
      () => `wider than used: ${wide.map((permission) => JSON.stringify(permission)).join(', ')}`,
    );
    return `${granted.length} permissions, ${calls.length} calls`;
  },
};

/** Where an earlier command tried something on a cluster that was kept, its removals are not known. */
const startedMs = Date.now();

interface Roles {
  readonly items: readonly {
    readonly metadata: { readonly namespace?: string };
    readonly rules: readonly {
      readonly apiGroups: readonly string[];
      readonly resources: readonly string[];
      readonly resourceNames?: readonly string[];
      readonly verbs: readonly string[];
    }[];
  }[];
}

export const permissionProofs: readonly Proof[] = [unknownNamespace, permissions];

function isRefused({ responseStatus, requestReceivedTimestamp }: AuditEntry): boolean {
  const atMs = Date.parse(requestReceivedTimestamp);
  // An event on a pod can come after its proof has deleted the namespace: nothing new is taken there, whoever may create it.
  const inEndingNamespace = responseStatus?.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating');
  return (
    [401, 403].includes(responseStatus?.code ?? 0) &&
    atMs >= startedMs &&
    !inEndingNamespace &&
    !removals.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs)
  );
}

/** One for each verb on each object that a rule names. */
async function grantedPermissions(kubectl: Kubectl): Promise<Permission[]> {
  const selector = '--selector=app.kubernetes.io/name=alpine-resolver';
  const roles = await kubectl.get<Roles>(['roles,clusterroles', '--all-namespaces', selector]);
  return roles.items.flatMap(({ metadata: { namespace = '' }, rules }) =>
    rules.flatMap(({ apiGroups, resources, resourceNames = [''], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          resourceNames.flatMap((name) => verbs.map((verb) => ({ namespace, group, resource, name, verb }))),
        ),
      ),
    ),
  );
}

function uses({ verb, objectRef, responseStatus }: AuditEntry, permission: Permission): boolean {
  return (
    (responseStatus?.code ?? 500) < 400 &&
    verb === permission.verb &&
    objectRef?.resource === permission.resource &&
    objectRef.subresource === undefined &&
    (objectRef.apiGroup ?? '') === permission.group &&
    (permission.namespace === '' || objectRef.namespace === permission.namespace) &&
    (permission.name === '' || objectRef.name === permission.name)
  );
}

/**
 * For all objects, or all namespaces, though every call names the same. One call for an object of the proofs says that
 * it may be any; the name of an object that is to be created cannot be limited.
 */
function isWide({ namespace, name, verb }: Permission, calls: readonly AuditEntry[]): boolean {
  const objects = calls.map(({ objectRef = {} }) => ({ namespace: '', name: '', ...objectRef }));
  if (objects.some((object) => object.namespace.startsWith('proof') || object.name.startsWith('proof'))) return false;
  const isOne = (values: readonly string[]) => !values.includes('') && new Set(values).size === 1;
  return (
    (name === '' && verb !== 'create' && isOne(objects.map((object) => object.name))) ||
    (namespace === '' && isOne(objects.map((object) => object.namespace)))
  );
}

function formatCall({ verb, requestURI, responseStatus }: AuditEntry): string {
  return `${verb} ${requestURI} ${responseStatus?.code}`;
}
