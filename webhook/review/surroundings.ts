/** What a reviewer needs of the cluster. */
import type { ServerVersion } from '../kubernetes/server-version.ts';
import { optedInNamespace, type Namespace } from '../kubernetes/namespace.ts';
import type { LimitRangeItem } from '../injection/resources/limit-range.ts';
import type { Injection } from '../injection/inject.ts';
import type { Review } from './review.ts';

/** A decision with what a report of it names. */
export interface Decided {
  readonly review: Review;
  readonly injection: Injection;
}

/** An image that was pulled in this cluster, and under which policy; undefined: IfNotPresent. */
export interface ProvedImage {
  readonly image: string;
  readonly pullPolicy?: 'Always';
}

/** What the cluster knows about the place where a pod is created, and the way to its owner. */
export interface Surroundings {
  namespace(name: string): Promise<Namespace>;
  limitRanges(namespace: string): Promise<readonly LimitRangeItem[]>;
  serverVersion(): ServerVersion | undefined;
  /** Called after the response was sent; never rejects. */
  tell(decided: Decided): void;
}

/** On a machine without a cluster every namespace counts as opted in, and there are no owners. */
export function withoutCluster(): Surroundings {
  return {
    namespace: (name) => Promise.resolve(optedInNamespace(name)),
    limitRanges: () => Promise.resolve([]),
    serverVersion: () => undefined,
    tell: () => undefined,
  };
}
