/**
 * What a server said before, in place of asking it: performs what `decide/cache/recall` decides. Replies: `A 10.0.0.1`, `TC` for a
 * truncated one; each half with the time at which it came, in milliseconds.
 */
import { describe, expect, test } from 'vitest';
import { createBudget } from '../../../sidecar/cache/budget.ts';
import { createReplyCache } from '../../../sidecar/cache/reply-cache.ts';
import type { ReplyClass } from '../../../sidecar/decide/search/candidate-outcome.ts';
import type { Half, Kind } from '../../../sidecar/decide/search/pair.ts';
import { RememberedReplies } from '../../../sidecar/search/remembered-replies.ts';
import type { Recalled, RememberedServer } from '../../../sidecar/search/remembered-server.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { a, aaaa, message } from '../../support/wire/messages.ts';

const name = encodeName('foo.test') ?? rootName;
const settings = {
  replyCache: true,
  maxCacheSeconds: 3600,
  maxNegativeCacheSeconds: 30,
  maxCacheSecondsWithoutSoa: 5,
  rotateAnswers: true,
};

/** Lives for 60 seconds; `number` is its address. */
function replyTo(half: Half, number: number): Uint8Array {
  return half === 0
    ? message({ name: 'foo.test', type: 1, answers: [a('foo.test', `10.0.0.${number}`)] })
    : message({ name: 'foo.test', type: 28, answers: [aaaa('foo.test', number)] });
}

function world(more = {}) {
  const cache = createReplyCache(createBudget(1024 * 1024));
  let nowMs = 0;
  /** The memory of one candidate. */
  const candidate = (kind: Kind | (() => Kind) = 'pair', fresh = false): RememberedReplies =>
    new RememberedReplies(
      { replyCache: cache, now: () => nowMs, randomId: () => 7 },
      {
        name,
        isPair: true,
        typeOf: (half) => (half === 0 ? 1 : 28),
        fieldsKey: () => '',
        asking: () => ({ kind: typeof kind === 'string' ? kind : kind(), truncatedSuffices: 'either' }),
      },
      { ...settings, ...more, fresh },
    );
  return {
    cache,
    candidate,
    now: () => nowMs,
    at(time: number) {
      nowMs = time;
    },
    /** A candidate for which these halves were received. */
    receive(replies: readonly (readonly [Half, number, ReplyClass?])[], fresh = false) {
      const memory = candidate('pair', fresh);
      for (const [half, number, replyClass = 'DATA'] of replies) {
        memory.at('s', 'udp').note(half, replyTo(half, number), replyClass, nowMs);
      }
      memory.end();
    },
  };
}

/** `use A 1 59`: the half, the last byte of its address, and its TTL. */
function textOf(recalled: Recalled | { do: 'use'; reply: ReturnType<RememberedServer['takeWaiting']> }): string {
  if (recalled.do !== 'use') return recalled.do;
  if (recalled.reply === undefined) return 'use nothing';
  const { half, message: bytes } = recalled.reply;
  if (bytes === undefined) return `ask ${half === 0 ? 'A' : 'AAAA'}`;
  const ttl = Buffer.from(bytes).readUInt32BE(bytes.length - (half === 0 ? 10 : 22));
  return `use ${half === 0 ? 'A' : 'AAAA'} ${bytes.at(-1)} ${ttl}`;
}

describe('what was forgotten while a search was under way does not come back', () => {
  const isBack = (forget: (cache: ReturnType<typeof world>['cache']) => void, first?: readonly string[]): boolean => {
    const { cache, candidate, now } = world();
    if (first !== undefined) cache.keepServers(new Set(first));
    const memory = candidate();
    for (const half of [0, 1] as const) memory.at('s', 'udp').note(half, replyTo(half, 1), 'DATA', now());
    forget(cache);
    memory.end();
    return candidate().at('s', 'udp').recall(0).do === 'use';
  };

  test.each<[what: string, forget: Parameters<typeof isBack>[0], first: readonly string[] | undefined, is: boolean]>([
    ['nothing was', () => {}, undefined, true],
    ['everything was', (cache) => cache.clear(), undefined, false],
    ['everything was, of servers that are known', (cache) => cache.clear(), ['s'], false],
    ['its server stayed', (cache) => cache.keepServers(new Set(['s', 't'])), ['s'], true],
    ['it stayed with the first list', (cache) => cache.keepServers(new Set(['s'])), undefined, true],
    ['its server left', (cache) => cache.keepServers(new Set(['t'])), ['s'], false],
    [
      'its server left and came back',
      (cache) => {
        cache.keepServers(new Set(['t']));
        cache.keepServers(new Set(['s']));
      },
      ['s'],
      false,
    ],
    ['it was never one of them', () => {}, ['t'], false],
  ])('%s', (_, forget, first, is) => {
    expect(isBack(forget, first)).toBe(is);
  });
});

describe('a truncated reply', () => {
  test('is remembered as long as what came in its place, also where that came from memory', () => {
    const { candidate, at, now } = world();
    const ask = (isTcpAsked: boolean): void => {
      const memory = candidate('solo');
      memory.at('s', 'udp').note(0, replyTo(0, 1), 'TC', now());
      if (isTcpAsked) memory.at('s', 'tcp').note(0, replyTo(0, 2), 'DATA', now());
      else expect(textOf(memory.at('s', 'tcp').recall(0))).toBe('use A 2 59');
      memory.end();
    };
    ask(true);
    at(1000);
    ask(false);
    at(59_999);
    expect(textOf(candidate('solo').at('s', 'udp').recall(0))).toBe('use A 1 1');
    at(60_000);
    expect(textOf(candidate('solo').at('s', 'udp').recall(0))).toBe('ask');
  });

  test('is not remembered where nothing came in its place', () => {
    const { candidate, now } = world();
    const memory = candidate('solo');
    memory.at('s', 'udp').note(0, replyTo(0, 1), 'TC', now());
    memory.at('s', 'tcp');
    memory.end();
    expect(textOf(candidate('solo').at('s', 'udp').recall(0))).toBe('ask');
  });
});

describe('a pair of which one half was truncated', () => {
  test.each<[half: Half, told: string]>([
    [0, 'use A 1 60'],
    [1, 'use AAAA 1 60'],
  ])('is told so for the half that was: %s', (truncated, told) => {
    const { candidate, now } = world();
    const overTcp = candidate();
    overTcp.at('s', 'udp').note(truncated, replyTo(truncated, 1), 'TC', now());
    overTcp.at('s', 'tcp').note(0, replyTo(0, 2), 'DATA', now());
    overTcp.at('s', 'tcp').note(1, replyTo(1, 2), 'DATA', now());
    overTcp.end();
    const server = candidate().at('s', 'udp');
    expect(textOf(server.recall(0))).toBe(told);
    expect(textOf(server.recall(1))).toBe('use nothing');
  });
});

describe('a reply to one question alone', () => {
  const pair = [
    [0, 1],
    [1, 1],
  ] as const;

  test.each<
    [rule: string, again: readonly (readonly [Half, number])[], fresh: boolean, afterMs: number, told: string[]]
  >([
    ['does not part a pair', [[0, 2]], false, 1000, ['use A 1 59', 'use AAAA 1 59']],
    ['but takes the place of one that has lived', [[0, 2]], false, 60_000, ['ask', 'ask']],
    ['and where all is asked anew', [[0, 2]], true, 1000, ['ask', 'ask']],
    [
      'as another pair does',
      [
        [0, 2],
        [1, 2],
      ],
      false,
      1000,
      ['use A 2 60', 'use AAAA 2 60'],
    ],
  ])('%s', (_, again, fresh, afterMs, told) => {
    const { candidate, receive, at } = world();
    receive(pair);
    at(afterMs);
    receive(again, fresh);
    const server = candidate().at('s', 'udp');
    expect([textOf(server.recall(0)), textOf(server.recall(1))]).toEqual(told);
  });
});

describe('the addresses of a remembered reply', () => {
  test('are turned by one more each time, from a place that chance has chosen', () => {
    const { candidate, receive } = world();
    receive([[0, 1]]);
    const turns = [1, 2, 3].map(() => candidate('solo').at('s', 'udp').recall(0));
    expect(turns.map((recalled) => recalled.do === 'use' && recalled.reply?.turn)).toEqual([7, 8, 9]);
  });

  test('unless the order is fixed', () => {
    const { candidate, receive } = world({ rotateAnswers: false });
    receive([[0, 1]]);
    expect(candidate('solo').at('s', 'udp').recall(0)).toMatchObject({ reply: { turn: undefined } });
  });
});

describe('the TTL of a remembered reply', () => {
  test.each([
    ['when it came', 0, 60, 0],
    ['a moment later', 1, 59, 1000],
    ['at the end of a second', 1000, 59, 1000],
    ['in the last one', 59_999, 0, 60_000],
  ])('is what is left of it, and true at the end of its second: %s', (_, afterMs, ttl, since) => {
    const { candidate, receive, at } = world();
    receive([[0, 1]]);
    at(afterMs);
    const recalled = candidate('solo').at('s', 'udp').recall(0);
    expect(textOf(recalled)).toBe(`use A 1 ${ttl}`);
    expect(recalled).toMatchObject({ reply: { times: { since, goodUntil: 60_000, goodUntilBesideData: 60_000 } } });
  });

  test('is nothing any more at its end', () => {
    const { candidate, receive, at } = world();
    receive([[0, 1]]);
    at(60_000);
    expect(textOf(candidate('solo').at('s', 'udp').recall(0))).toBe('ask');
  });
});

describe('a search that asks anew', () => {
  test('takes nothing from memory', () => {
    const { candidate, receive } = world();
    receive([
      [0, 1],
      [1, 1],
    ]);
    const server = candidate('pair', true).at('s', 'udp');
    expect([textOf(server.recall(0)), textOf(server.recall(1))]).toEqual(['ask', 'ask']);
  });

  test('and asks the same ahead that it would ask at its turn', () => {
    const { candidate, receive } = world();
    receive([
      [0, 1],
      [1, 1],
    ]);
    expect(candidate('pair').at('s', 'udp').askAhead(0)).toBe(false);
    expect(candidate('pair', true).at('s', 'udp').askAhead(0)).toBe(true);
  });
});

describe('a question whose sibling may come, of which one half is remembered', () => {
  test('takes that where no sibling comes', () => {
    const { candidate, receive } = world();
    receive([[0, 1]]);
    const server = candidate('open').at('s', 'udp');
    expect(textOf(server.recall(0))).toBe('wait');
    expect(server.alone).toBe(0);
    expect(textOf({ do: 'use', reply: server.takeWaiting() })).toBe('use A 1 60');
    expect(server.takeWaiting()).toBeUndefined();
  });

  test('waits with that, whatever becomes of the memory meanwhile', () => {
    const { candidate, receive } = world();
    receive([[0, 1]]);
    const server = candidate('open').at('s', 'udp');
    server.recall(0);
    receive([
      [0, 2],
      [1, 2],
    ]);
    expect(textOf({ do: 'use', reply: server.takeWaiting() })).toBe('use A 1 60');
  });

  test('is asked where the sibling has come, and waits for its own turn', () => {
    const { candidate, receive } = world();
    receive([[0, 1]]);
    let kind: Kind = 'open';
    const server = candidate(() => kind).at('s', 'udp');
    server.recall(0);
    kind = 'pair';
    expect(textOf({ do: 'use', reply: server.takeWaiting() })).toBe('ask A');
    expect(server.takeWaiting()).toBeUndefined();
    expect(textOf(server.recall(1))).toBe('ask');
  });

  test.each([
    ['while it waits', false],
    ['when it was taken', true],
  ])('is asked with a sibling that comes %s, and nothing is remembered of that', (_, isTaken) => {
    const { candidate, receive, at } = world();
    receive([[1, 1]]);
    at(30_000);
    receive([[0, 2]]);
    const server = candidate('open').at('s', 'udp');
    at(70_000);
    expect(textOf(server.recall(0))).toBe('wait');
    if (isTaken) expect(textOf({ do: 'use', reply: server.takeWaiting() })).toBe('use A 2 20');
    expect(server.alone).toBe(0);
    expect(textOf(server.recall(1))).toBe('ask');
    expect(server.alone).toBeUndefined();
    expect(textOf(server.recall(0))).toBe('ask');
  });
});

describe('a truncated reply to a question whose sibling may come', () => {
  function waiting() {
    const parts = world();
    const { candidate, now } = parts;
    const memory = candidate('solo');
    memory.at('s', 'udp').note(0, replyTo(0, 1), 'TC', now());
    memory.at('s', 'tcp').note(0, replyTo(0, 2), 'DATA', now());
    memory.end();
    let kind: Kind = 'open';
    const server = candidate(() => kind).at('s', 'udp');
    expect(server.recall(0)).toEqual({ do: 'wait', isData: false });
    const become = (known: Kind): void => {
      kind = known;
    };
    return { ...parts, server, become };
  }

  test('is taken where none comes', () => {
    const { server, become } = waiting();
    become('solo');
    expect(textOf({ do: 'use', reply: server.takeWaiting() })).toBe('use A 1 60');
    expect(textOf(server.recall(0))).toBe('use A 1 60');
  });

  test('is asked for again with the sibling', () => {
    const { server, become } = waiting();
    become('pair');
    expect(textOf(server.recall(1))).toBe('ask');
    expect(textOf(server.recall(0))).toBe('ask');
  });

  test.each<[what: string, forget: (parts: ReturnType<typeof waiting>) => void]>([
    ['has lived', ({ at }) => at(60_000)],
    ['is there no more', ({ cache }) => cache.clear()],
  ])('is asked for again where its form over TCP %s by then', (_, forget) => {
    const parts = waiting();
    forget(parts);
    parts.become('solo');
    expect(textOf({ do: 'use', reply: parts.server.takeWaiting() })).toBe('ask A');
    expect(textOf(parts.server.recall(0))).toBe('ask');
  });
});

describe('a reply that carries another question', () => {
  const other = message({ name: 'bar.test', type: 1, answers: [a('bar.test', '10.0.0.9')] });

  test('is used once and never again', () => {
    const { candidate } = world();
    const memory = candidate('solo');
    const server = memory.at('s', 'tcp');
    expect(server.note(0, other, 'DATA', 0)).toEqual({
      since: 0,
      goodUntil: -Infinity,
      goodUntilBesideData: -Infinity,
    });
    memory.end();
    expect(candidate('solo').at('s', 'tcp').recall(0)).toEqual({ do: 'ask' });
  });

  test('as one of another type', () => {
    const { candidate } = world();
    expect(candidate('solo').at('s', 'tcp').note(1, replyTo(0, 1), 'DATA', 0).goodUntil).toBe(-Infinity);
  });
});

describe('what comes behind a reply', () => {
  test('is not remembered: the first one was used', () => {
    const { candidate, receive } = world();
    receive([
      [0, 1],
      [0, 9],
    ]);
    expect(textOf(candidate('solo').at('s', 'udp').recall(0))).toBe('use A 1 60');
  });

  test('to a question that was asked again is, and what came before goes', () => {
    const { candidate } = world();
    const memory = candidate();
    const server = memory.at('s', 'udp');
    server.asks(0);
    server.asks(1);
    server.note(0, replyTo(0, 1), 'DATA', 0);
    server.asks(0);
    server.note(0, replyTo(0, 2), 'DATA', 0);
    server.note(1, replyTo(1, 2), 'DATA', 0);
    memory.end();
    expect(textOf(candidate('solo').at('s', 'udp').recall(0))).toBe('use A 2 60');
  });
});

test('only data is used before it is known that the sibling does not come', () => {
  const { candidate, receive } = world();
  receive([[0, 1]]);
  expect(candidate('open').at('s', 'udp').recall(0)).toEqual({ do: 'wait', isData: true });
});
