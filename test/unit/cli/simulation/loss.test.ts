/** Lost datagrams: the same list for the same seed, silence for what stands in it, and runs that lose the same played once. */
import { describe, expect, test } from 'vitest';
import { candidateNames, isLost, lossList, withLoss, type QueryPlace } from '../../../../cli/simulation/loss.ts';
import { playRuns } from '../../../../cli/simulation/loss-runs.ts';
import { playModels } from '../../../support/simulation/play-models.ts';

const servers = ['192.0.2.53', '192.0.2.54'];
const names = ['db', 'db.a.test', 'db.b.test'];
const types = ['A', 'AAAA'] as const;

test.each([
  ['DB', ['a.test', '.b.test', '.'], ['db', 'db.a.test', 'db.b.test', 'db']],
  ['db.test.', ['a.test'], ['db.test']],
])('%s with %j', (name, search, expected) => {
  expect(candidateNames(name, search)).toStrictEqual(expected);
});

describe('a list', () => {
  test('is the same for the same seed, and another for another', () => {
    const listOf = (seed: number) => JSON.stringify(lossList({ seed, share: 0.3 }, servers, names));
    expect(listOf(1)).toBe(listOf(1));
    expect(new Set([1, 2, 3].map(listOf)).size).toBe(3);
  });

  test('says what is drawn one by one', () => {
    const loss = { seed: 7, share: 0.3 };
    const list = lossList(loss, servers, names);
    const places = servers.flatMap((_, server) =>
      names.flatMap((__, name) =>
        types.flatMap((type) => Array.from({ length: 20 }, (___, number) => ({ server, name, type, number }))),
      ),
    );
    const isListed = ({ server, name, type, number }: QueryPlace) =>
      list[servers[server] ?? '']?.[`${names[name]} ${type}`]?.includes(number) ?? false;
    expect(places.map(isListed)).toStrictEqual(places.map((place) => isLost(loss, place)));
  });

  test('draws for each place of its own', () => {
    const list = lossList({ seed: 3, share: 0.5 }, servers, names);
    const drawn = Object.values(list).flatMap((each) => Object.values(each).map((numbers) => numbers.join(' ')));
    expect(drawn).toHaveLength(12);
    expect(new Set(drawn).size).toBe(12);
  });

  test('takes a name that comes twice where it comes first', () => {
    const loss = { seed: 7, share: 0.5 };
    expect(lossList(loss, servers, [...names, 'db'])).toStrictEqual(lossList(loss, servers, names));
  });

  test('of nothing or of everything', () => {
    expect(lossList({ seed: 1, share: 0 }, servers, names)).toStrictEqual({ '192.0.2.53': {}, '192.0.2.54': {} });
    const all = Array.from({ length: 16 }, (_, number) => number);
    expect(lossList({ seed: 1, share: 1 }, servers.slice(1), names.slice(0, 1))).toStrictEqual({
      '192.0.2.54': { 'db A': all, 'db AAAA': all },
    });
  });

  test('loses queries and replies alike: of 5 %, one query in ten has no reply', () => {
    let lost = 0;
    for (let seed = 0; seed < 10_000; seed++)
      if (isLost({ seed, share: 0.05 }, { server: 0, name: 0, type: 'A', number: 0 })) lost++;
    expect(lost / 10_000).toBeCloseTo(1 - 0.95 ** 2, 2);
  });
});

describe('what it names gets no reply', () => {
  const db = { is: 'DATA' as const, addresses: ['192.0.2.1'] };
  const script = { servers: { '192.0.2.53': { names: { 'db.test': db } } } };
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

describe('runs', () => {
  /** Asks up to three times, until it has a reply; then once more for another name. */
  const lookUp = async (losesReply: (query: QueryPlace) => boolean): Promise<string> => {
    const queries: QueryPlace[] = [0, 1, 2].map((number) => ({ server: 0, name: 0, type: 'A', number }));
    const reply = queries.findIndex((query) => !losesReply(query));
    await Promise.resolve();
    return `${reply} ${losesReply({ server: 0, name: 1, type: 'A', number: 0 })}`;
  };

  test('end as each of them would, and are played once for each thing that happens', async () => {
    const { ends, played } = await playRuns(1000, 0.2, lookUp);
    const alone = await Promise.all(
      ends.map((_, index) => lookUp((query) => isLost({ seed: index + 1, share: 0.2 }, query))),
    );
    expect(ends).toStrictEqual(alone);
    expect(played).toBe(new Set(alone).size);
  });

  test('of nothing lost are one', async () => {
    expect(await playRuns(1000, 0, lookUp)).toStrictEqual({ ends: Array(1000).fill('0 false'), played: 1 });
  });

  test('may end without a query', async () => {
    const end = () => Promise.resolve(undefined);
    expect(await playRuns(3, 0.5, end)).toStrictEqual({ ends: [undefined, undefined, undefined], played: 1 });
  });
});
