/** Lookups that ask the same at the same time have one search; one that begins later has its own. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary, type RawClient } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';
const data: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1'] };
const found = 'NOERROR | CNAME foo.s1.test | A 10.0.0.1';

function client(
  names: Record<string, ReplyScript | ReplyScript[]>,
  { maxSearches = 1000, timeoutSeconds = 3 } = {},
): RawClient {
  return createRawClient({
    script: { servers: { [server]: { names, otherwise: 'LOST' } } },
    resolvConf: `nameserver ${server}\nsearch s1.test s2.test\noptions timeout:${timeoutSeconds}\n`,
    settings: { maxSearches },
  });
}

describe.each([
  ['A', ['A']],
  ['A and AAAA', ['A', 'AAAA']],
])('%s', (_, types) => {
  /** The replies to its A query. */
  const lookUp = (sidecar: RawClient, port: number) =>
    types.map((type, index) => sidecar.ask({ name: 'foo.glibc.internal', type, id: port + index, port }))[0] ?? [];

  /** What a lookup gets within 100 ms that begins 200 ms after an equal one. */
  const youngerReplies = async (sidecar: RawClient) => {
    lookUp(sidecar, 41_000);
    await sidecar.pass(200);
    const replies = lookUp(sidecar, 42_000);
    await sidecar.pass(100);
    return replies.map(summary);
  };

  test('begun within 100 ms of each other: one search answers all', async () => {
    const sidecar = client({ 'foo.s1.test A': { ...data, delayMs: 300 }, 'foo.s1.test AAAA': 'EMPTY' });
    const replies = [lookUp(sidecar, 41_000)];
    await sidecar.pass(10);
    replies.push(lookUp(sidecar, 42_000));
    await sidecar.pass(70);
    replies.push(lookUp(sidecar, 43_000));
    await sidecar.pass(1000);
    expect(replies.map((list) => list.map(summary))).toEqual([[found], [found], [found]]);
    expect(sidecar.network.asked.map(({ type }) => type)).toEqual(types);
  });

  test('begun while an older one waits for what was lost: answered at once', async () => {
    const sidecar = client({ 'foo.s1.test A': ['LOST', data], 'foo.s1.test AAAA': ['LOST', 'EMPTY'] });
    expect(await youngerReplies(sidecar)).toEqual([found]);
  });

  test('begun after an older one got "no such name": finds the name that exists since', async () => {
    const late: ReplyScript = { is: 'NX', delayMs: 500 };
    const sidecar = client({
      'foo.s1.test A': ['NX', data],
      'foo.s1.test AAAA': ['NX', 'EMPTY'],
      'foo.s2.test A': late,
      'foo.s2.test AAAA': late,
      foo: 'NX',
    });
    expect(await youngerReplies(sidecar)).toEqual([found]);
  });

  test('what is found after more than clients wait answers those who have asked again', async () => {
    const sidecar = client(
      {
        'foo.s1.test': { is: 'NX', delayMs: 5000 },
        'foo.s2.test': { is: 'NX', delayMs: 5000 },
        'foo A': { ...data, delayMs: 2000 },
        'foo AAAA': 'EMPTY',
      },
      { timeoutSeconds: 6 },
    );
    lookUp(sidecar, 41_000);
    await sidecar.pass(10_000);
    const again = lookUp(sidecar, 42_000);
    await sidecar.pass(1900);
    expect(again).toEqual([]);
    await sidecar.pass(200);
    expect(again.map(summary)).toEqual(['NOERROR | CNAME foo | A 10.0.0.1']);
    expect(sidecar.pipeline.inFlight).toBe(0);
  });

  test('what was not found answers nobody else, however long it took', async () => {
    const slow: ReplyScript = { is: 'NX', delayMs: 5000 };
    const sidecar = client({ 'foo.s1.test': [slow, 'LOST'], 'foo.s2.test': slow, foo: 'NX' }, { timeoutSeconds: 6 });
    lookUp(sidecar, 41_000);
    await sidecar.pass(9900);
    const younger = lookUp(sidecar, 42_000);
    await sidecar.pass(500);
    expect(sidecar.pipeline.inFlight).toBe(1);
    expect(younger).toEqual([]);
  });

  test('where a quarter of the allowed searches are under way, an older one is joined', async () => {
    const sidecar = client({}, { maxSearches: 8 });
    lookUp(sidecar, 41_000);
    await sidecar.pass(200);
    lookUp(sidecar, 42_000);
    await sidecar.pass(200);
    expect(sidecar.pipeline.inFlight).toBe(2);
    lookUp(sidecar, 43_000);
    await sidecar.pass(200);
    expect(sidecar.pipeline.inFlight).toBe(2);
  });
});

test('a question for the name as it is is shared by those alone that set the same bits', async () => {
  const sidecar = client({ foo: { ...data, delayMs: 20 } });
  sidecar.ask({ name: 'foo', id: 1, port: 41_000 });
  sidecar.ask({ name: 'foo', id: 2, port: 42_000, ad: true });
  sidecar.ask({ name: 'foo', id: 3, port: 43_000 });
  await sidecar.pass(100);
  expect(sidecar.upstreamQueries()).toEqual(['A foo', 'A foo']);
});

test('a search is shared whatever bits its clients set: none of them goes upstream', async () => {
  const sidecar = client({ 'foo.s1.test': { ...data, delayMs: 20 } });
  sidecar.ask({ name: 'foo.glibc.internal', id: 1, port: 41_000 });
  sidecar.ask({ name: 'foo.glibc.internal', id: 2, port: 42_000, ad: true });
  sidecar.ask({ name: 'foo.glibc.internal', id: 3, port: 43_000, edns: 1232 });
  await sidecar.pass(100);
  expect(sidecar.upstreamQueries()).toEqual(['A foo.s1.test']);
});
