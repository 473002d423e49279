/** Lost datagrams: the same list for the same seed, and silence for what stands in it. */
import { describe, expect, test } from 'vitest';
import { isLost, lossList, withLoss } from '../../../../cli/simulation/loss.ts';
import { playModels } from '../../../support/simulation/play-models.ts';

const servers = ['192.0.2.53', '192.0.2.54'];
const questions = ['db.test A', 'db.test AAAA'];

describe('a list', () => {
  test('is the same for the same seed, and another for another', () => {
    const listOf = (seed: number) => JSON.stringify(lossList({ seed, share: 0.3 }, servers, questions));
    expect(listOf(1)).toBe(listOf(1));
    expect(new Set([1, 2, 3].map(listOf)).size).toBe(3);
  });

  test('says what is drawn one by one', () => {
    const loss = { seed: 7, share: 0.3 };
    const list = lossList(loss, servers, questions);
    for (const server of servers)
      for (const question of questions)
        for (let number = 0; number < 20; number++)
          expect(list[server]?.[question]?.includes(number) ?? false).toBe(isLost(loss, server, question, number));
  });

  test('of nothing or of everything', () => {
    expect(lossList({ seed: 1, share: 0 }, servers, questions)).toStrictEqual({ '192.0.2.53': {}, '192.0.2.54': {} });
    const all = Array.from({ length: 16 }, (_, number) => number);
    expect(lossList({ seed: 1, share: 1 }, servers.slice(1), questions.slice(1))).toStrictEqual({
      '192.0.2.54': { 'db.test AAAA': all },
    });
  });

  test('loses queries and replies alike: of 5 %, one query in ten has no reply', () => {
    let lost = 0;
    for (let seed = 0; seed < 10_000; seed++) if (isLost({ seed, share: 0.05 }, '192.0.2.53', 'db.test A', 0)) lost++;
    expect(lost / 10_000).toBeCloseTo(1 - 0.95 ** 2, 2);
  });
});

describe('what it names gets no reply', () => {
  const script = {
    servers: { '192.0.2.53': { names: { 'db.test': { is: 'DATA' as const, addresses: ['192.0.2.1'] } } } },
  };
  const played = async (lost: Record<string, number[]>) => {
    const text = 'nameserver 192.0.2.53\noptions timeout:2 attempts:2\n';
    const { musl, glibc } = await playModels('db.test', withLoss(script, { '192.0.2.53': lost }), text, 'G4', 'pod');
    return [musl, glibc].map(({ outcome, elapsedMs }) => `${outcome} ${elapsedMs}`);
  };

  test.each([
    [{}, ['OK 0', 'OK 0']],
    [{ 'db.test A': [0] }, ['OK 1000', 'OK 2000']],
    [{ 'db.test A': [1] }, ['OK 0', 'OK 0']],
    [{ 'other.test A': [0] }, ['OK 0', 'OK 0']],
  ])('%j', async (lost, expected) => {
    expect(await played(lost)).toStrictEqual(expected);
  });
});
