/** Decides the sidecar's requests and limits. */
import {
  ceilDivide,
  dividedBy,
  formatCpu,
  formatMemory,
  highest,
  lowest,
  parseQuantity,
  type Quantity,
} from '../../../shared/values/quantity.ts';
import { injectionDefaults, type InjectionSettings } from '../../../shared/settings/settings.ts';
import { sidecarAmounts } from '../../../shared/settings/sidecar-amounts.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import { containerBounds, type Bounds, type LimitRangeItem } from './limit-range.ts';
import { otherResourcesProblem } from './other-resources.ts';
import { refusedAlone } from './pod-alone.ts';
import { fitPodLevelResources, type Amounts } from './pod-level-resources.ts';
import { hasPodLevelResources, isGuaranteed, podTotal, type Resource } from './pod-resources.ts';

/**
 * Requests and limits of the sidecar: equal where the pod is Guaranteed, so that it stays so; in a pod with
 * resources of its own as few as possible (others are then refused); otherwise as they are set, moved into the
 * LimitRanges of the namespace.
 */
export function fitResources(
  pod: JsonObject,
  limitRanges: readonly LimitRangeItem[],
  settings: InjectionSettings = injectionDefaults,
): FittedResources {
  const problem = refusedAlone(pod, limitRanges) ?? otherResourcesProblem(pod, limitRanges);
  if (problem !== undefined) return { fits: false, problem };
  if (hasPodLevelResources(pod)) return withinPodLevel(pod, limitRanges, settings);
  const amounts = new Map<Resource, WrittenAmounts>();
  const lowered: string[] = [];
  const fit = isGuaranteed(pod) ? fitGuaranteed : fitWanted;
  for (const resource of ['cpu', 'memory'] as const) {
    const fitted = fit(resource, { pod, limitRanges, settings });
    if (typeof fitted === 'string') return { fits: false, problem: fitted };
    amounts.set(resource, fitted.amounts);
    if (fitted.lowered !== undefined) lowered.push(fitted.lowered);
  }
  return { fits: true, resources: written(amounts), ...(lowered.length > 0 && { lowered }) };
}

interface FitInput {
  readonly pod: JsonObject;
  readonly limitRanges: readonly LimitRangeItem[];
  readonly settings: InjectionSettings;
}

interface FittedResource {
  readonly amounts: WrittenAmounts;
  /** For people: a request that was set above the limit. */
  readonly lowered?: string;
}

/** A text: why no amounts fit. */
function fitGuaranteed(resource: Resource, { pod, limitRanges, settings }: FitInput): FittedResource | string {
  const wanted = guaranteedAmounts(resource, settings);
  const fitted = fitAmounts(resource, { pod, limitRanges, guaranteed: true, wanted });
  return typeof fitted === 'string' ? fitted : { amounts: fitted };
}

function fitWanted(resource: Resource, { pod, limitRanges, settings }: FitInput): FittedResource | string {
  const wanted = wantedAmounts(resource, settings);
  const fitted = fitAmounts(resource, { pod, limitRanges, guaranteed: false, wanted });
  if (typeof fitted === 'string') return fitted;
  if (hasNoLimit(resource, { settings, limitRanges }))
    return { amounts: { request: highest(wanted.request, fitted.request), limit: undefined } };
  const isLowered = fitted.request < wanted.request;
  return { amounts: fitted, ...(isLowered && { lowered: loweredText(resource, wanted.request, fitted.request) }) };
}

function loweredText(resource: Resource, wanted: Quantity, request: Quantity): string {
  const format = formatAmount[resource];
  return `${resource}-request ${format(wanted)} is above the limit and was lowered to ${format(request)}`;
}

function withinPodLevel(
  pod: JsonObject,
  limitRanges: readonly LimitRangeItem[],
  settings: InjectionSettings,
): FittedResources {
  const wanted = { cpu: wantedAmounts('cpu', settings), memory: wantedAmounts('memory', settings) };
  const fitted = fitPodLevelResources(pod, {
    limitRanges,
    wanted,
    minLimit,
    format: formatAmount,
    fitWithoutPodLevel: (resource) =>
      fitAmounts(resource, { pod, limitRanges, guaranteed: false, wanted: wanted[resource] }),
  });
  if (!fitted.fits) return fitted;
  return { fits: true, resources: fitted.amounts.size === 0 ? undefined : written(fitted.amounts) };
}

interface WrittenAmounts {
  readonly request: Quantity;
  readonly limit: Quantity | undefined;
}

function written(amounts: ReadonlyMap<Resource, WrittenAmounts>): JsonObject {
  const part = (name: keyof WrittenAmounts): [string, string][] =>
    [...amounts].flatMap(([resource, { [name]: amount }]): [string, string][] =>
      amount === undefined ? [] : [[resource, formatAmount[resource](amount)]],
    );
  const limits = part('limit');
  return {
    requests: Object.fromEntries(part('request')),
    ...(limits.length > 0 && { limits: Object.fromEntries(limits) }),
  };
}

export type FittedResources =
  | {
      readonly fits: true;
      readonly resources: JsonObject | undefined;
      /** Requests that were set above the limit, for people. */
      readonly lowered?: readonly string[];
    }
  | { readonly fits: false; readonly problem: string };

const keys = {
  cpu: { request: 'cpuRequest', limit: 'cpuLimit' },
  memory: { request: 'memoryRequest', limit: 'memoryLimit' },
} as const;

/** What is set, and the defaults where nothing is. A limit that must stand has the default's amount with `none`. */
function wantedAmounts(resource: Resource, settings: InjectionSettings): Amounts {
  const amounts = sidecarAmounts[resource];
  return {
    request: parsed(settings[keys[resource].request] ?? amounts.request),
    limit: parsed(setLimit(resource, settings) ?? amounts.limit),
  };
}

/** Requests and limits are equal there: a limit that is set counts for both. */
function guaranteedAmounts(resource: Resource, settings: InjectionSettings): Amounts {
  const amount = parsed(setLimit(resource, settings) ?? sidecarAmounts[resource].guaranteed);
  return { request: amount, limit: amount };
}

function setLimit(resource: Resource, settings: InjectionSettings): string | undefined {
  const limit = settings[keys[resource].limit];
  return limit === 'none' ? undefined : limit;
}

/**
 * Whether the sidecar may do without a limit. Where a LimitRange says something about limits, the API server would refuse it, or
 * get the limit that containers without one get.
 */
function hasNoLimit(
  resource: Resource,
  { settings, limitRanges }: { settings: InjectionSettings; limitRanges: readonly LimitRangeItem[] },
): boolean {
  const saysLimit = ({ max, maxLimitRequestRatio, defaultLimit }: LimitRangeItem): boolean =>
    [max, maxLimitRequestRatio, defaultLimit].some((amounts) => amounts.has(resource));
  return settings[keys[resource].limit] === 'none' && !limitRanges.some(saysLimit);
}

const minLimit: Record<Resource, Quantity> = {
  cpu: parsed(sidecarAmounts.cpu.minLimit),
  memory: parsed(sidecarAmounts.memory.minLimit),
};

/** Amounts are rounded to these where the bounds leave room for it. */
const grain: Record<Resource, Quantity> = { cpu: parsed('1m'), memory: parsed('1Mi') };
const formatAmount: Record<Resource, (quantity: Quantity) => string> = { cpu: formatCpu, memory: formatMemory };

interface Surroundings {
  pod: JsonObject;
  limitRanges: readonly LimitRangeItem[];
  guaranteed: boolean;
  wanted: Amounts;
}

/** The amounts, or why there are none. */
function fitAmounts(resource: Resource, { pod, limitRanges, guaranteed, wanted }: Surroundings): Amounts | string {
  const bounds = containerBounds(resource, limitRanges);
  const { min, max, ratio } = bounds;
  const room = podRoom(resource, pod, limitRanges);
  const most = lowest(max, room.limit);
  let limit = highest(wanted.limit, min);
  if (most !== undefined && most < limit) {
    const rounded = (most / grain[resource]) * grain[resource];
    limit = rounded >= min ? rounded : most;
  }
  let request = highest(wanted.request, min);
  if (ratio !== undefined) request = highest(request, dividedBy(limit, ratio));
  request = highest(request, leastRequestOfPod(resource, { pod, limitRanges, limit }));
  request = ceilDivide(request, grain[resource]) * grain[resource];
  if (guaranteed || request > limit) request = limit;
  const problem = unmet({ request, limit }, { resource, room, ...bounds });
  return problem ?? { request, limit };
}

function unmet(
  { request, limit }: Amounts,
  { resource, min, ratio, room }: Bounds & { resource: Resource; room: Room },
): string | undefined {
  const format = formatAmount[resource];
  if (limit < minLimit[resource])
    return `${resource}: the sidecar needs a limit of at least ${format(minLimit[resource])}, ${limit > 0n ? format(limit) : 'nothing'} is allowed`;
  if (request < min) return `${resource}: at least ${format(min)} is demanded, at most ${format(limit)} is allowed`;
  if (ratio !== undefined && request < dividedBy(limit, ratio))
    return `${resource}: the ratio of limit to request is not met`;
  if (room.request !== undefined && request > room.request)
    return `${resource}: the pod has room for a request of ${format(highest(room.request, 0n))}, the sidecar needs ${format(request)}`;
  return undefined;
}

interface Room {
  request: Quantity | undefined;
  limit: Quantity | undefined;
}

/** What LimitRanges of type Pod leave for the sidecar beside the other containers. */
function podRoom(resource: Resource, pod: JsonObject, items: readonly LimitRangeItem[]): Room {
  let max: Quantity | undefined;
  for (const item of items) if (item.type === 'Pod') max = lowest(item.max.get(resource), max);
  if (max === undefined) return { request: undefined, limit: undefined };
  return { request: max - podTotal(pod, 'requests', resource), limit: max - podTotal(pod, 'limits', resource) };
}

/** The request that keeps minimum and ratio of the whole pod, given our limit. */
function leastRequestOfPod(
  resource: Resource,
  { pod, limitRanges, limit }: { pod: JsonObject; limitRanges: readonly LimitRangeItem[]; limit: Quantity },
): Quantity {
  let least = 0n;
  for (const { type, maxLimitRequestRatio } of limitRanges) {
    const ratio = type === 'Pod' ? maxLimitRequestRatio.get(resource) : undefined;
    if (ratio === undefined) continue;
    const limits = podTotal(pod, 'limits', resource) + limit;
    least = highest(least, dividedBy(limits, ratio) - podTotal(pod, 'requests', resource));
  }
  return least;
}

function parsed(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`${text} is not a quantity`);
  return quantity;
}
