/** Chooses what stands in the query log: searches, of which a recording hears what they do, and queries that need none. */
import type { Log } from '../../shared/report/log.ts';
import type { RecordSearch, SearchRecording } from '../ports/search-recording.ts';
import type { SearchDependencies } from '../search/run-search.ts';
import { typeName } from '../wire/mnemonics.ts';
import { formatName } from '../wire/name.ts';
import type { QueryContext } from './lookup.ts';
import { outcomeWord } from './search-report.ts';

/** Undefined: the search is not logged. */
export type ChooseRecording = (context: QueryContext) => SearchRecording | undefined;

/** What answers a query without a search. */
export type AnsweredBy = 'hosts' | 'local-data' | 'memory' | 'not-forwarded' | 'repeat';

export interface QueryLog {
  readonly choose: ChooseRecording;
  /** A query was answered without a search. */
  note(context: QueryContext, by: AnsweredBy, type?: number): void;
}

/** Every so manieth of both together; without `recordSearch` none. */
export function createQueryLog(recordSearch: RecordSearch | undefined, log: Pick<Log, 'info'>): QueryLog {
  let lookups = 0;
  const choose: ChooseRecording = ({ snapshot: { settings }, request }) => {
    const { queryLog: every, queryLogRedacted } = settings;
    if (every === 0 || recordSearch === undefined) return undefined;
    lookups += 1;
    return lookups % every === 0 ? recordSearch(formatName(request.name), queryLogRedacted) : undefined;
  };
  return {
    choose,
    note(context, by, type = context.type) {
      const recording = choose(context);
      if (recording !== undefined) log.info('lookup', { ...recording.recorded(), type: typeName(type), by });
    },
  };
}

/** What a search is given, so that the recording hears of it. */
export function recordedBy<Dependencies extends Pick<SearchDependencies, 'upstream' | 'observe'>>(
  recording: SearchRecording,
  deps: Dependencies,
): Dependencies {
  const { observe } = deps;
  return {
    ...deps,
    upstream: recording.upstream,
    observe: {
      ...observe,
      candidate(name, outcome) {
        observe.candidate(name, outcome);
        recording.judged(formatName(name), outcomeWord(outcome));
      },
      reply(server, replyClass) {
        observe.reply(server, replyClass);
        if (replyClass === 'LOST') recording.lost(server);
      },
    },
  };
}
