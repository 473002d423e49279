/**
 * Answers that are asked for anew while nobody waits: performs what `decide/cache/prefetch` decides. The questions are those of the
 * query that begins it, and of its sibling.
 */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { RefreshEnd, RefreshPurpose } from '../../shared/report/reasons.ts';
import { replacesAnswer } from '../decide/cache/prefetch.ts';
import { addressTypeOf } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import type { Client } from '../ports/client.ts';
import { putUint16 } from '../wire/bytes.ts';
import { viewQuery } from '../wire/message-view.ts';
import { typeName } from '../wire/mnemonics.ts';
import { formatName } from '../wire/name.ts';
import type { AnsweredBySearch } from './answer-entry.ts';
import { isAddressLookup } from './lookup.ts';
import type { HalfState, QueryContext } from './lookup.ts';
import type { LookupSearches } from './lookup-searches.ts';
import type { Query } from './reply-writer.ts';

export interface RefreshDependencies {
  readonly log: Log;
  readonly metrics: Metrics<SidecarMetrics>;
  /** What the query asks for now; undefined: nobody is asked for it. */
  readonly contextOf: (query: Query) => QueryContext | undefined;
  readonly search: LookupSearches['refresh'];
  /** The end takes the place of what is kept. False: it is nothing to keep, and nothing is left. */
  readonly replace: (ended: AnsweredBySearch) => boolean;
}

/** Begins it for the answer to a query. False: not now. `over` is called at its end. */
export type Refresh = (bytes: Uint8Array, client: Client, purpose: RefreshPurpose, over?: () => void) => boolean;

export function createRefreshes({ log, metrics, contextOf, search, replace }: RefreshDependencies): Refresh {
  function report({ request, type }: QueryContext, purpose: RefreshPurpose, end: RefreshEnd): void {
    metrics.inc('alpine_resolver_refreshes_total', { purpose, end });
    if (!log.enabled('debug')) return;
    log.debug('refresh', { name: formatName(request.name), type: typeName(type), purpose, end });
  }

  return (bytes, client, purpose, over) => {
    // The bytes are the socket's.
    const query = queryOf(new Uint8Array(bytes), client);
    const context = query && contextOf(query);
    if (query === undefined || context === undefined) return false;
    const kind = isAddressLookup(context) ? 'pair' : 'solo';
    const asksBoth = kind === 'pair' && !context.configuration.noAaaa;
    return search(context, (end, basis) => {
      over?.();
      if (!replacesAnswer(end, asksBoth)) return report(context, purpose, 'failed');
      const halves = kind === 'pair' ? siblings(query) : ([asked(query), nobody] as const);
      const isKept = replace({ context, end, basis, kind, early: false, halves });
      report(context, purpose, isKept ? 'kept' : 'gone');
    });
  };
}

const nobody: HalfState = { queries: [], plan: undefined };

function asked(query: Query): HalfState {
  return { queries: [query], plan: undefined };
}

/** The same question for each type. */
function siblings({ view, client }: Query): readonly [HalfState, HalfState] {
  const halfOf = (half: Half): HalfState => {
    const bytes = new Uint8Array(view.bytes);
    putUint16(bytes, (view.question?.end ?? 4) - 4, addressTypeOf(half));
    const query = queryOf(bytes, client);
    return query === undefined ? nobody : asked(query);
  };
  return [halfOf(0), halfOf(1)];
}

function queryOf(bytes: Uint8Array, client: Client): Query | undefined {
  const view = viewQuery(bytes);
  return view && { view, client };
}
