/** The time of a search that log and metrics tell: from the first query of its lookup to the last answer. */
import { expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, type RawClient } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';
const marker = 'glibc.internal';
const data: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'], delayMs: 20 };
const quick: ReplyScript = { ...data, delayMs: 3 };
const absent: ReplyScript = { is: 'NX', delayMs: 20 };

interface Query {
  readonly atMs: number;
  readonly name: string;
  readonly type: string;
  /** Lookups differ in it. */
  readonly port?: number;
}

const under = (name: string, type: string, atMs = 0, port = 40_000): Query => ({
  atMs,
  name: `${name}.${marker}`,
  type,
  port,
});

interface Case {
  readonly names?: Record<string, ReplyScript>;
  readonly options?: string;
  readonly hosts?: string;
  readonly queries: readonly Query[];
  /** Of the searches, in the order of their ends, in milliseconds. */
  readonly durationsMs: readonly number[];
}

/** The pair window is 5 ms; a lone query that was answered takes a late sibling for 50 ms. */
const cases: Readonly<Record<string, Case>> = {
  'A alone, found': { queries: [under('foo', 'A')], durationsMs: [20] },
  'AAAA alone, found': { queries: [under('foo', 'AAAA')], durationsMs: [20] },
  'A alone, found within the pair window': {
    names: { 'foo.s1.test': quick },
    queries: [under('foo', 'A')],
    durationsMs: [3],
  },
  'AAAA alone, found within the pair window': {
    names: { 'foo.s1.test': quick },
    queries: [under('foo', 'AAAA')],
    durationsMs: [3],
  },
  'A alone at the second candidate, within the pair window': {
    names: { 'foo.s1.test': 'NX', foo: quick },
    queries: [under('foo', 'A')],
    durationsMs: [8],
  },
  'A alone, not found': { queries: [under('none', 'A')], durationsMs: [40] },
  'A alone, not found at once: the client is answered after the pair window': {
    names: { 'none.s1.test': 'NX', none: 'NX' },
    queries: [under('none', 'A')],
    durationsMs: [5],
  },
  'A alone with no-aaaa': {
    names: { 'foo.s1.test': quick },
    options: 'no-aaaa',
    queries: [under('foo', 'A')],
    durationsMs: [3],
  },
  'A alone over TCP': { options: 'use-vc', queries: [under('foo', 'A')], durationsMs: [20] },
  'A alone, truncated': {
    names: { 'foo.s1.test': { ...data, truncated: true } },
    queries: [under('foo', 'A')],
    durationsMs: [40],
  },
  'A and AAAA': { queries: [under('foo', 'A'), under('foo', 'AAAA')], durationsMs: [20] },
  'A answered, then AAAA': {
    names: { 'foo.s1.test': quick },
    queries: [under('foo', 'A'), under('foo', 'AAAA', 30)],
    durationsMs: [33],
  },
  'AAAA after the window, with A unanswered: a search for both begins': {
    queries: [under('foo', 'A'), under('foo', 'AAAA', 10)],
    durationsMs: [30],
  },
  'another type': {
    names: { 'foo.s1.test SRV': { is: 'EMPTY', delayMs: 20 } },
    queries: [under('foo', 'SRV')],
    durationsMs: [40],
  },
  'equal lookups have one search': {
    queries: [under('foo', 'A'), under('foo', 'A', 10, 41_000)],
    durationsMs: [20],
  },
  'an equal lookup waits in vain for the kind of the first, and ends before it': {
    names: { 'foo.s1.test': quick },
    queries: [under('foo', 'A'), under('foo', 'A', 2, 41_000)],
    durationsMs: [8, 3],
  },
  'A alone, put off for a search of both that it may have belonged to': {
    queries: [under('foo', 'A'), under('foo', 'AAAA'), under('foo', 'A', 10, 41_000)],
    durationsMs: [20, 25],
  },
  'the hosts file has the other family': {
    hosts: '2001:db8::1 foo\n',
    queries: [under('foo', 'A')],
    durationsMs: [25],
  },
  'the hosts file answers: no search': { hosts: '10.0.0.1 foo\n', queries: [under('foo', 'A')], durationsMs: [] },
  'the bare name alone, after a search for both': {
    queries: [under('none', 'A'), under('none', 'AAAA'), { atMs: 100, name: 'none', type: 'A' }],
    durationsMs: [40, 25],
  },
  'the bare name, which the search has answered': {
    queries: [under('none', 'A'), { atMs: 100, name: 'none', type: 'A' }],
    durationsMs: [40],
  },
};

test.each(Object.entries(cases))('%s', async (_, { names, options = '', hosts, queries, durationsMs }) => {
  const sidecar = createRawClient({
    script: { servers: { [server]: { names: { 'foo.s1.test': data, ...names }, otherwise: absent } } },
    resolvConf: `nameserver ${server}\nsearch s1.test\noptions ndots:5 ${options}\n`,
    logLevel: 'debug',
    ...(hosts === undefined ? {} : { hosts }),
  });
  await ask(sidecar, queries);
  const told = sidecar.logged.filter(({ event }) => event === 'search').map(({ durationMs }) => durationMs);
  expect(told).toEqual(durationsMs);
  expect(sidecar.metrics()).toContain(
    `alpine_resolver_search_duration_seconds_sum ${durationsMs.reduce((sum, one) => sum + one / 1000, 0)}\n`,
  );
});

test('a client that repeats its query over TCP, after a reply that did not fit, has no search of its own', async () => {
  const addresses = Array.from({ length: 60 }, (_, index) => `10.0.0.${index}`);
  const sidecar = createRawClient({
    script: {
      servers: {
        [server]: { names: { foo: { is: 'DATA', addresses, truncated: true, tcp: { ...data, addresses } } } },
      },
    },
    resolvConf: `nameserver ${server}\n`,
    logLevel: 'debug',
  });
  const connection = sidecar.connect();
  sidecar.ask({ name: 'foo', id: 7 });
  await sidecar.pass(1000);
  sidecar.ask({ name: 'foo', id: 7, connection });
  await sidecar.pass(1000);
  expect(connection.replies).toHaveLength(1);
  expect(sidecar.logged.filter(({ event }) => event === 'search')).toMatchObject([{ durationMs: 20 }]);
});

async function ask(sidecar: RawClient, queries: readonly Query[]): Promise<void> {
  for (const [id, { atMs, name, type, port = 40_000 }] of queries.entries()) {
    await sidecar.pass(atMs - sidecar.now());
    sidecar.ask({ name, type, id, port });
  }
  await sidecar.pass(1000);
}
