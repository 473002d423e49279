import type { V1LimitRange } from '@kubernetes/client-node';
import type { Log } from '../../shared/log.ts';
import type { JsonObject } from '../json.ts';
import { limitRangeItems, type LimitRangeItem } from '../limit-range.ts';
import type { ClusterClient } from './client.ts';
import { startInformer } from './informer.ts';

/** The LimitRanges of all namespaces. */
export interface LimitRanges {
  of(namespace: string): readonly LimitRangeItem[];
  readonly hasSynced: boolean;
  stop(): void;
}

export function watchLimitRanges(client: ClusterClient, log: Log): LimitRanges {
  const informer = startInformer<V1LimitRange>({
    client,
    path: '/api/v1/limitranges',
    list: () => client.core.listLimitRangeForAllNamespaces(),
    log,
  });
  return {
    // The client's classes hold the members of the JSON under the same names.
    of: (namespace) =>
      informer.list(namespace).flatMap((limitRange) => limitRangeItems(limitRange as unknown as JsonObject)),
    get hasSynced() {
      return informer.hasSynced;
    },
    stop: () => informer.stop(),
  };
}
