/** Random requests and limits of containers. */
import { objectAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { Random } from '../support/random.ts';

/** What the containers of a pod say of resources; together they give each QoS class. */
export const resourceProfiles = ['none', 'guaranteed', 'requests', 'limits', 'both', 'any'] as const;
export type ResourceProfile = (typeof resourceProfiles)[number];

type Range = readonly [least: number, most: number];

/** What the containers of one pod ask for: millicores, and MiB. */
export interface ResourceStyle {
  readonly profile: ResourceProfile;
  readonly cpu: Range;
  readonly memory: Range;
}

const anyAmount = { cpu: [10, 1000], memory: [16, 1024] } as const;

/** What the LimitRanges of a namespace take; the others take anything. */
const fitting: Readonly<Record<string, ResourceStyle>> = {
  'small-max': { profile: 'both', cpu: [10, 200], memory: [16, 160] },
  'with-min': { profile: 'both', cpu: [50, 500], memory: [100, 512] },
  'with-ratio': { profile: 'guaranteed', ...anyAmount },
  'pod-max': { profile: 'both', cpu: [10, 300], memory: [16, 300] },
  'pod-ratio': { profile: 'guaranteed', cpu: [20, 500], memory: [16, 512] },
  'large-max': { profile: 'both', cpu: [10, 500], memory: [16, 1024] },
  'equal-defaults': { profile: 'guaranteed', ...anyAmount },
  several: { profile: 'both', cpu: [10, 300], memory: [16, 300] },
  impossible: { profile: 'both', cpu: [10, 300], memory: [1, 10] },
};

/** Three of four pods are made for their namespace. */
export function resourceStyle(random: Random, namespace: string): ResourceStyle {
  const found = fitting[namespace];
  return found !== undefined && random.chance(0.75) ? found : { profile: random.pick(resourceProfiles), ...anyAmount };
}

/** Of a whole pod: about half leave room beside the containers. */
export function podResourceStyle(random: Random): ResourceStyle {
  const large = { cpu: [2000, 8000], memory: [2048, 8192] } as const;
  return { profile: random.pick(resourceProfiles), ...(random.chance(0.6) ? large : anyAmount) };
}

export function randomResources(random: Random, { profile, ...ranges }: ResourceStyle): JsonObject {
  const requests: JsonObject = {};
  const limits: JsonObject = {};
  for (const resource of ['cpu', 'memory'] as const) {
    const [least, most] = ranges[resource];
    const low = roundAmount(random.between(least, most));
    const high = Math.max(low, Math.min(most, low * random.pick([1, 1, 2, 3])));
    const shown =
      profile === 'any' ? random.pick(['none', 'guaranteed', 'requests', 'limits', 'both'] as const) : profile;
    if (shown === 'guaranteed') limits[resource] = requests[resource] = amount(resource, high, random);
    if (shown === 'requests' || shown === 'both') requests[resource] = amount(resource, low, random);
    if (shown === 'limits' || shown === 'both') limits[resource] = amount(resource, high, random);
  }
  return {
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** Other resources of a container, now and then. */
export function withOtherResources(random: Random, resources: JsonObject): JsonObject {
  if (random.chance(0.93)) return resources;
  const [name, request, limit] = random.pick([
    ['ephemeral-storage', '500Mi', '500Mi'],
    ['ephemeral-storage', '100Mi', '1Gi'],
    ['example.com/gpu', '1', '1'],
  ] as const);
  return {
    requests: { ...objectAt(resources, 'requests'), [name]: request },
    limits: { ...objectAt(resources, 'limits'), [name]: limit },
  };
}

function roundAmount(amount: number): number {
  return amount > 20 ? Math.floor(amount / 10) * 10 : amount;
}

/** The same amount is written in several ways. */
function amount(resource: 'cpu' | 'memory', count: number, random: Random): string {
  if (resource === 'cpu') return count % 1000 === 0 && random.chance(0.5) ? `${count / 1000}` : `${count}m`;
  if (random.chance(0.1)) return `${count * 1024 * 1024}`;
  return count % 1024 === 0 ? `${count / 1024}Gi` : `${count}Mi`;
}
