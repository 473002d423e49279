/**
 * The order of candidates in the notation of the tables. Settings: `name foo.bar`, `search a.test,b.test`, `ndots 1` (the default), `absolute`
 * (a trailing dot, or a call that does not search), `no-tld-query`, `host-names-only`, `without-as-is`; `show-later` writes behind a candidate what
 * may follow it.
 *
 * Actions: `ask foo.a.test`; `end POS foo.a.test`, `end NODATA`, with the rcode for NORECOVERY; `bare name NX` behind it is
 * the outcome of the name as it is. Events: outcomes of the candidate: `NX`, `NODATA`, `SF`, `TEMP`, `FATAL` (`FATAL/5`: its rcode),
 * `DEAD`, `POS`.
 */
import type { CandidateOutcome, OutcomeCode } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { wireSearchEntries } from '../../../../sidecar/decide/search/search-list.ts';
import { startCandidates, stepCandidates } from '../../../../sidecar/decide/search/candidates.ts';
import type {
  Candidate,
  CandidateRules,
  CandidatesStep,
  SearchRequest,
} from '../../../../sidecar/decide/search/candidates.ts';
import { encodeName, formatName, labelCount, rootName } from '../../../../sidecar/wire/name.ts';
import { given, has, type Machine } from '../script.ts';

const codes: readonly OutcomeCode[] = ['POS', 'NODATA', 'NX', 'FATAL', 'SF', 'TEMP', 'DEAD'];

/** What the settings of a row say of the request and the search list. */
export function searchOf(settings: string): { request: SearchRequest; rules: CandidateRules } {
  const text = given(settings, 'name') ?? 'foo';
  const name = text === '.' ? rootName : encodeName(text);
  if (name === undefined) throw new Error(`no such name: ${text}`);
  const entries = given(settings, 'search')?.split(',') ?? [];
  return {
    request: { name, dots: Math.max(0, labelCount(name) - 1), absolute: has(settings, 'absolute') },
    rules: {
      search: wireSearchEntries(entries),
      ndots: Number(given(settings, 'ndots') ?? 1),
      noTldQuery: has(settings, 'no-tld-query'),
      hostNamesOnly: has(settings, 'host-names-only'),
      ...(has(settings, 'without-as-is') && { withoutAsIs: true }),
    },
  };
}

export function search(settings: string): Machine {
  const { request, rules } = searchOf(settings);
  const showLater = has(settings, 'show-later');
  let last: CandidatesStep | undefined;
  const told = (step: CandidatesStep): string => {
    last = step;
    return step.do === 'ask' ? `ask ${textOfCandidate(step.candidate, showLater)}` : `${step.do} ${textOfEnd(step)}`;
  };
  return {
    start: () => told(startCandidates(request, rules)),
    step(event) {
      if (last?.do !== 'ask') throw new Error('nothing is asked');
      return told(stepCandidates(last.state, last.candidate, outcomeOf(event)));
    },
  };
}

function textOfCandidate({ name, laterEntries, laterAsIs }: Candidate, showLater: boolean): string {
  const later = [...(laterEntries > 0 ? [String(laterEntries)] : []), ...(laterAsIs ? ['as it is'] : [])].join(' + ');
  return showLater ? `${formatName(name)} (${later === '' ? 'last' : `then ${later}`})` : formatName(name);
}

function textOfEnd({ end: { code, candidate, outcome, asIs } }: Extract<CandidatesStep, { do: 'end' }>): string {
  const what = [
    code,
    ...(candidate === undefined ? [] : [formatName(candidate.name)]),
    ...(code === 'NORECOVERY' ? [`rcode ${outcome.rcode}`] : []),
  ].join(' ');
  return `${what}${asIs === undefined ? '' : `, bare name ${asIs.code}`}`;
}

function outcomeOf(event: string): CandidateOutcome {
  const [word, rcode = '1'] = event.split('/');
  const code = codes.find((known) => known === word);
  if (code === undefined) throw new Error(`no such outcome: ${event}; there are ${codes.join(', ')}`);
  return { code, halves: [undefined, undefined], rcode: Number(rcode) };
}
