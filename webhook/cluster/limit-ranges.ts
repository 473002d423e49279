/** Keeps the LimitRanges of all namespaces at hand. */
import type { Log } from '../../shared/report/log.ts';
import { limitRangeItems, type LimitRangeItem } from '../injection/resources/limit-range.ts';
import type { ClusterClient } from './client.ts';
import { startInformer } from './informer.ts';

/** The LimitRanges of all namespaces. */
export interface LimitRanges {
  of(namespace: string): readonly LimitRangeItem[];
  readonly hasSynced: boolean;
  stop(): void;
}

export function watchLimitRanges(client: ClusterClient, log: Log): LimitRanges {
  const informer = startInformer({ client, path: '/api/v1/limitranges', log });
  return {
    of: (namespace) => informer.list(namespace).flatMap(limitRangeItems),
    get hasSynced() {
      return informer.hasSynced;
    },
    stop: () => informer.stop(),
  };
}
