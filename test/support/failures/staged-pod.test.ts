/** Random pods are those of their seed, and what is played of them is worth playing with real libraries. */
import { describe, expect, test } from 'vitest';
import { randomPod } from './random-pod.ts';
import { stagedPod } from './staged-pod.ts';

describe('pods of a seed', () => {
  const podsOf = (seed: number) => [0, 1, 2, 3, 4].map((index) => randomPod(seed, index));

  test('are the same again, and others of another seed', () => {
    expect(podsOf(7)).toStrictEqual(podsOf(7));
    expect(podsOf(8)).not.toStrictEqual(podsOf(7));
  });

  test('take turns with the releases of Alpine', () => {
    const tags = podsOf(7).map(({ manifest }) => /alpine:([\d.]+)/.exec(manifest)?.[1]);
    expect(tags).toStrictEqual(['3.14', '3.17', '3.18', '3.21', '3.24']);
  });
});

test('most of what is played is short enough for real libraries, and of every kind', async () => {
  const { musl, rows } = await stagedPod(randomPod(7, 4));
  expect(musl).toBe('musl-1.2.6');
  expect(rows.filter(({ lastsMs }) => lastsMs <= 15_000).length).toBeGreaterThan(rows.length / 2);
  const outcomes = rows.flatMap(({ glibc, musl: alone, sidecar }) => [glibc, alone, sidecar].map((end) => end.outcome));
  expect(new Set(outcomes)).toStrictEqual(new Set(['AGAIN', 'NONAME', 'OK']));
  const lost = rows.filter(({ scenario }) => scenario.endsWith('% loss'));
  expect(lost).not.toStrictEqual([]);
  for (const { script } of lost)
    expect(Object.values(script.servers).flatMap(({ lost: list = {} }) => Object.keys(list))).not.toStrictEqual([]);
});
