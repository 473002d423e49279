/** Which searches are logged, and what is heard of them. */
import { expect, test } from 'vitest';
import type { Log } from '../../../shared/report/log.ts';
import type { CandidateOutcome } from '../../../sidecar/decide/search/candidate-outcome.ts';
import type { SearchRecording } from '../../../sidecar/ports/search-recording.ts';
import { createQueryLog, recordedBy } from '../../../sidecar/lookups/query-log.ts';
import type { QueryContext } from '../../../sidecar/lookups/lookup.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { createSearchRecording } from '../../../sidecar/trace/search-recorder.ts';
import type { UpstreamPort } from '../../../sidecar/ports/upstream.ts';

const nowhere: UpstreamPort = {
  openUdp: () => ({ send() {}, close() {} }),
  openTcp: () => ({ send() {}, close() {} }),
};

function recordingOf(told: string[] = []): SearchRecording {
  return {
    upstream: nowhere,
    judged: (name, outcome) => void told.push(`${name} ${outcome}`),
    lost: (server) => void told.push(`lost ${server}`),
    recorded: () => ({ name: '', record: { candidates: [] } }),
  };
}

function contextOf(queryLog: number, queryLogRedacted = false): QueryContext {
  const request = { name: encodeName('Foo.test') ?? rootName };
  return { request, snapshot: { settings: { queryLog, queryLogRedacted } } } as unknown as QueryContext;
}

const silent = { info: () => undefined };

test('a query without a search has a line of its own, and counts as one', () => {
  const lines: unknown[] = [];
  const log = { info: (...line: unknown[]) => void lines.push(line) } as unknown as Pick<Log, 'info'>;
  const { choose, note } = createQueryLog(
    (name) => ({ ...recordingOf(), recorded: () => ({ name, record: { candidates: [] } }) }),
    log,
  );
  const context = { ...contextOf(2), type: 1 } as QueryContext;
  note(context, 'memory');
  note(context, 'hosts');
  note(context, 'hosts', 28);
  expect(choose(context)).toBeDefined();
  note({ ...context, snapshot: contextOf(0).snapshot }, 'hosts');
  expect(lines).toEqual([['lookup', { name: 'Foo.test', record: { candidates: [] }, type: 'A', by: 'hosts' }]]);
});

test.each([
  [0, 'no no no no'],
  [1, 'yes yes yes yes'],
  [2, 'no yes no yes'],
  [3, 'no no yes no'],
])('one in %i', (every, chosen) => {
  const { choose } = createQueryLog(() => recordingOf(), silent);
  const found = [1, 2, 3, 4].map(() => (choose(contextOf(every)) === undefined ? 'no' : 'yes'));
  expect(found.join(' ')).toBe(chosen);
  expect(createQueryLog(undefined, silent).choose(contextOf(every))).toBeUndefined();
});

test('a recording is of the name, and is told whether names are replaced', () => {
  const asked: unknown[] = [];
  const { choose } = createQueryLog((name, redacted) => {
    asked.push([name, redacted]);
    return recordingOf();
  }, silent);
  choose(contextOf(1));
  choose(contextOf(1, true));
  expect(asked).toEqual([
    ['Foo.test', false],
    ['Foo.test', true],
  ]);
});

test('it hears of outcomes and of silence, and so does who heard of them before', () => {
  const before: string[] = [];
  const told: string[] = [];
  const observe = {
    query() {},
    ignored() {},
    recalled() {},
    askedAhead() {},
    reply: (server: string, word: string) => void before.push(`${word} ${server}`),
    candidate: (_name: unknown, { code }: CandidateOutcome) => void before.push(`candidate ${code}`),
  };
  const deps = recordedBy(recordingOf(told), { upstream: { ...nowhere }, observe });
  expect(deps.upstream).toBe(nowhere);
  deps.observe.candidate(encodeName('foo.a') ?? rootName, { code: 'NX', halves: [undefined, undefined], rcode: 3 });
  deps.observe.reply('192.0.2.1', 'NX');
  deps.observe.reply('192.0.2.1', 'LOST');
  expect(told).toEqual(['foo.a nx', 'lost 192.0.2.1']);
  expect(before).toEqual(['candidate NX', 'NX 192.0.2.1', 'LOST 192.0.2.1']);
});

test('the record has candidates that were asked and those that were remembered, under other names if so set', () => {
  let now = 100;
  const nameOf = (name: string): string => `<${name}>`;
  const recording = createSearchRecording({ now: () => now, upstream: nowhere, upstreamPort: 53, nameOf }, 'foo');
  recording.judged('foo.a.test', 'nx');
  now = 105;
  recording.judged('foo', 'pos');
  expect(recording.recorded()).toEqual({
    name: '<foo>',
    record: {
      candidates: [
        {
          name: '<foo.a.test>',
          entry: '<a.test>',
          startMs: 0,
          endMs: 0,
          steps: [],
          conclusion: 'no-such-name',
          limits: [],
        },
        { name: '<foo>', entry: undefined, startMs: 5, endMs: 5, steps: [], conclusion: 'found', limits: [] },
      ],
    },
  });
});
