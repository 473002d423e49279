/** The replies of the sidecar to each row of the divergence list: both halves, when they come, and what was asked. */
import { describe, expect, test } from 'vitest';
import { rows } from '../support/rows/rows.ts';
import type { Row } from '../support/rows/row.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';
import type { RawReply } from '../support/simulation/raw-client.ts';
import { pairReplies, rowsWithoutReply, shortenedMs, singleReplies, sizedReplies } from './row-replies.ts';

/** Longer than the longest row, in milliseconds. */
const longMs = 30_000;
/** Before musl gives up, the half that is decided leaves, in milliseconds. */
const clientDeadlineMs = 9500;

const marker = 'glibc.internal';

function clientOf(row: Row, mode?: 'plain') {
  return createRawClient({
    script: row.script,
    resolvConf: row.resolvConf,
    ...(row.listen === undefined ? {} : { listen: row.listen }),
    ...(row.hostName === undefined ? {} : { hostName: row.hostName }),
    ...(mode === undefined ? {} : { mode }),
  });
}

function rowOf(id: string): Row {
  const row = rows.find((each) => each.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

function nameOf({ call }: Row): string {
  return /(?:getaddrinfo|gethostbyname2) [u46] (\S+)/.exec(call)?.[1] ?? '';
}

const described = (id: string): [string, string] => [id, rowOf(id).what];

describe('pairs and single families', () => {
  test.each(Object.keys(pairReplies).map(described))('row %s: %s', async (id) => {
    const row = rowOf(id);
    const expected = pairReplies[id] ?? [undefined, undefined];
    const sidecar = clientOf(row);
    const replies = (['A', 'AAAA'] as const).map((type, half) =>
      expected[half] === undefined ? [] : sidecar.ask({ name: `${nameOf(row)}.${marker}`, id: half + 1, type }),
    );
    await sidecar.pass(longMs);
    expect(replies.map((list) => list.map(summary))).toEqual(
      expected.map((reply) => (reply === undefined ? [] : [reply])),
    );
    expectTimes(row, replies.flat());
    if (row.asked !== undefined)
      expect(sidecar.network.asked.filter(({ type }) => type === 'A').map(({ name }) => name)).toEqual(row.asked);
  });

  test('row 44: both halves wait for the lost one, and leave at once', async () => {
    const sidecar = clientOf(rowOf('44'));
    const replies = ['A', 'AAAA'].map((type, half) => sidecar.ask({ name: `a.b.${marker}`, id: half + 1, type }));
    await sidecar.pass(longMs);
    expect(replies.map((list) => list.map(({ atMs }) => atMs))).toEqual([[6000], [6000]]);
  });

  test('row 44 with a timeout of 10 s: both leave before musl gives up', async () => {
    const row = rowOf('44');
    const sidecar = clientOf({ ...row, resolvConf: row.resolvConf.replace('timeout:2', 'timeout:10') });
    const replies = ['A', 'AAAA'].map((type, half) => sidecar.ask({ name: `a.b.${marker}`, id: half + 1, type }));
    await sidecar.pass(longMs);
    expect(replies.map((list) => list.map(({ atMs }) => atMs))).toEqual([[clientDeadlineMs], [clientDeadlineMs]]);
  });
});

/** Both halves come when direct glibc knows, but for searches that are shortened. */
function expectTimes({ id, takesMs }: Row, replies: readonly RawReply[]): void {
  if (takesMs === undefined) return;
  for (const { atMs } of replies) expect(atMs).toBe(shortenedMs[id] ?? takesMs);
}

describe('other calls', () => {
  const cases = Object.entries(singleReplies).flatMap(([id, replies]) => replies.map((single) => ({ id, ...single })));

  test.each(cases)('row $id: $mode $type $name', async ({ id, mode, type, name, ad = false, reply, asked }) => {
    const sidecar = clientOf(rowOf(id), mode === 'plain' ? 'plain' : undefined);
    const replies = sidecar.ask({ name, type, ad });
    await sidecar.pass(longMs);
    expect(replies.map(summary)).toEqual([reply]);
    expect(sidecar.network.asked.map((question) => question.name)).toEqual(asked);
  });
});

describe('large answers', () => {
  const udpBytes = 512;
  const addressesOf = (reply: RawReply | undefined): string[] =>
    (reply?.message.answers ?? []).flatMap((answer) =>
      answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : [],
    );
  const aliasesOf = (reply: RawReply | undefined): string[] =>
    (reply?.message.answers ?? []).flatMap((answer) => (answer.type === 'CNAME' ? [answer.data] : []));

  /** Over UDP flattened: one alias, as many addresses as fit, and TC; over TCP every address. */
  test.each([
    ['88', 'A', 40],
    ['89', 'A', 40],
    ['90', 'A', 63],
    ['91', 'A', 64],
    ['92', 'A', 40],
    ['92', 'AAAA', 40],
    ['101', 'A', 40],
  ])('row %s: %s', async (id, type, count) => {
    const row = rowOf(id);
    const { canonical = '' } = row.outcome;
    const name = `${nameOf(row)}.${marker}`;
    const sidecar = clientOf(row);
    const [udp] = ask();
    await sidecar.pass(longMs);
    expect(udp?.[0]?.message.flag_tc).toBe(true);
    expect(aliasesOf(udp?.[0])).toEqual([canonical]);
    expect(udp?.[0]?.bytes.length).toBeLessThanOrEqual(udpBytes);
    // One more would not have fitted.
    expect(udp?.[0]?.bytes.length).toBeGreaterThan(udpBytes - (type === 'A' ? 16 : 28));
    const connection = sidecar.connect();
    for (const [half, each] of ['A', 'AAAA'].entries()) sidecar.ask({ name, id: half + 1, type: each, connection });
    await sidecar.pass(longMs);
    const tcp = connection.replies.find(({ message }) => message.questions?.[0]?.type === type);
    expect(tcp?.message.flag_tc).toBe(false);
    expect(addressesOf(tcp)).toHaveLength(count);
    expect(aliasesOf(tcp).at(-1)).toBe(canonical);

    function ask(): RawReply[][] {
      const both = ['A', 'AAAA'].map((each, half) => sidecar.ask({ name, id: half + 1, type: each }));
      return type === 'A' ? both : both.toReversed();
    }
  });

  test.each([
    ['one question', false, 63],
    ['two questions', true, 64],
  ])('row 91: on a connection with %s', async (_, second, count) => {
    const sidecar = clientOf(rowOf('91'));
    const connection = sidecar.connect();
    sidecar.ask({ name: 'a.b', id: 1, connection });
    if (second) sidecar.ask({ name: 'a.b', id: 2, type: 'AAAA', connection });
    await sidecar.pass(longMs);
    expect(addressesOf(connection.replies.find(({ message }) => message.id === 1))).toHaveLength(count);
  });

  test('row 99: A data, AAAA empty', async () => {
    const sidecar = clientOf(rowOf('99'));
    const [a, aaaa] = ['A', 'AAAA'].map((type, half) => sidecar.ask({ name: `a.b.${marker}`, id: half + 1, type }));
    await sidecar.pass(longMs);
    expect(a?.[0]?.message.flag_tc).toBe(true);
    expect(aaaa?.map(summary)).toEqual(['NOERROR']);
    expect(sidecar.network.asked.map(({ transport, type }) => `${transport} ${type}`)).toEqual([
      'udp A',
      'udp AAAA',
      'tcp A',
      'tcp AAAA',
    ]);
  });

  test('row 100: the alias chain is in the reply to its end', async () => {
    const sidecar = clientOf(rowOf('100'));
    const connection = sidecar.connect();
    sidecar.ask({ name: `a.b.${marker}`, connection });
    await sidecar.pass(longMs);
    expect(aliasesOf(connection.replies[0]).at(-1)).toBe('x.z');
    expect(addressesOf(connection.replies[0])).toEqual(rowOf('100').outcome.addresses);
  });
});

test('every row has its replies stated, or the reason why it has none', () => {
  const stated = new Set([
    ...Object.keys(pairReplies),
    ...Object.keys(singleReplies),
    ...sizedReplies,
    ...Object.keys(rowsWithoutReply),
  ]);
  expect(rows.map(({ id }) => id).filter((id) => !stated.has(id))).toEqual([]);
});
