/** Chooses the searches of the query log, and lets a recording hear of what one of them does. */
import type { RecordSearch, SearchRecording } from '../ports/search-recording.ts';
import type { SearchDependencies } from '../search/run-search.ts';
import { formatName } from '../wire/name.ts';
import type { QueryContext } from './lookup.ts';
import { outcomeWord } from './search-report.ts';

/** Undefined: the search is not logged. */
export type ChooseRecording = (context: QueryContext) => SearchRecording | undefined;

/** Every so manieth search; without `recordSearch` none. */
export function createQueryLog(recordSearch: RecordSearch | undefined): ChooseRecording {
  let searches = 0;
  return ({ snapshot: { settings }, request }) => {
    const { queryLog: every, queryLogRedacted } = settings;
    if (every === 0 || recordSearch === undefined) return undefined;
    searches += 1;
    return searches % every === 0 ? recordSearch(formatName(request.name), queryLogRedacted) : undefined;
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
