/** What the NetworkPolicies of a namespace let in at a port of some pods: whoever calls it from outside of the cluster's pods. */
import {
  arrayAt,
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  textsAt,
  valueAt,
  type Json,
  type JsonObject,
} from '../../webhook/kubernetes/json.ts';

export interface GuardedPort {
  readonly labels: Readonly<Record<string, string>>;
  readonly name: string;
  readonly port: number;
}

/**
 * `open`: everybody may call it. `addresses`: some addresses may. `pods`: pods alone may, which an API server is not.
 * `closed`: nobody may. Policies add up: what one of them allows is allowed.
 */
export type Opening = 'open' | 'addresses' | 'pods' | 'closed';

export interface Admission {
  readonly opening: Opening;
  /** Names of the policies that select the pods. */
  readonly policies: readonly string[];
}

export function admissionAt(policies: readonly JsonObject[], guarded: GuardedPort): Admission {
  const selecting = policies.filter((policy) => isOfIngress(policy) && isSelected(policy, guarded.labels));
  const names = selecting.map((policy) => stringAt(policy, 'metadata', 'name') ?? '').toSorted();
  if (selecting.length === 0) return { opening: 'open', policies: names };
  const openings = selecting
    .flatMap((policy) => objectsAt(policy, 'spec', 'ingress'))
    .filter((rule) => isPortIn(rule, guarded))
    .map(openingOf);
  return { opening: order.find((one) => openings.includes(one)) ?? 'closed', policies: names };
}

const order: readonly Opening[] = ['open', 'addresses', 'pods'];

/** Without policyTypes it is one of ingress. */
function isOfIngress(policy: JsonObject): boolean {
  const types = stringsAt(policy, 'spec', 'policyTypes');
  return types.length === 0 || types.includes('Ingress');
}

function isSelected(policy: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const selector = objectAt(policy, 'spec', 'podSelector');
  const isEqual = Object.entries(textsAt(selector, 'matchLabels')).every(([name, value]) => labels[name] === value);
  return isEqual && objectsAt(selector, 'matchExpressions').every((expression) => isMet(expression, labels));
}

function isMet(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[stringAt(expression, 'key') ?? ''];
  const values = stringsAt(expression, 'values');
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** Without ports a rule is of all of them. */
function isPortIn(rule: JsonObject, { name, port }: GuardedPort): boolean {
  const ports = objectsAt(rule, 'ports');
  return ports.length === 0 || ports.some((one) => isPort(one, name, port));
}

function isPort(entry: JsonObject, name: string, port: number): boolean {
  if ((stringAt(entry, 'protocol') ?? 'TCP') !== 'TCP') return false;
  const [from, to] = [valueAt(entry, 'port'), valueAt(entry, 'endPort')];
  if (typeof from === 'number') return port >= from && port <= (typeof to === 'number' ? to : from);
  return from === undefined || from === name;
}

/** Without peers a rule is for everybody. */
function openingOf(rule: JsonObject): Opening {
  const peers = arrayAt(rule, 'from');
  if (peers.length === 0 || peers.some(isEverybody)) return 'open';
  return peers.some((peer) => valueAt(peer, 'ipBlock') !== undefined) ? 'addresses' : 'pods';
}

function isEverybody(peer: Json): boolean {
  const isWhole = ['0.0.0.0/0', '::/0'].includes(stringAt(peer, 'ipBlock', 'cidr') ?? '');
  return isWhole && arrayAt(peer, 'ipBlock', 'except').length === 0;
}
