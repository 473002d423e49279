/** Random pods are those of their seed, and what is played of them is worth playing with real libraries. */
import { describe, expect, test } from 'vitest';
import { randomPod, type RandomPod } from './random-pod.ts';
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

const dnsConfig = (nameservers: string[]) =>
  JSON.stringify({
    nameservers,
    searches: ['svc.cluster.local'],
    options: Object.entries({ ndots: '3', timeout: '3', attempts: '1' }).map(([name, value]) => ({ name, value })),
  });
const podWith = (nameservers: string[], name: string): RandomPod => ({
  seed: 0,
  manifest: `kind: Pod\nmetadata: {name: web}\nspec: {dnsPolicy: None, dnsConfig: ${dnsConfig(nameservers)}, containers: [{name: web, image: 'alpine:3.17'}]}\n`,
  clusterDns: '192.0.2.1',
  names: [name],
});

test('what a timer of the sidecar ends is over behind what musl does at that moment, as with a real one', async () => {
  // Both queries for the name as it is are lost. musl asks again a second after the failure, which is remembered for as long.
  const { rows } = await stagedPod(podWith(['2001:db8::1'], 'a.b.c.example.com'));
  const row = rows.find(({ scenario }) => scenario === '5 % loss');
  const lost = row?.script.servers['2001:db8::1']?.lost ?? {};
  expect([lost['a.b.c.example.com A']?.[0], lost['a.b.c.example.com AAAA']?.[0]]).toStrictEqual([0, 0]);
  expect([row?.sidecar.outcome, row?.sidecar.elapsedMs, row?.isOnEdge]).toStrictEqual(['OK', 6000, false]);
});

test('where the first nameserver knows nothing, it replies before the others', async () => {
  const { rows } = await stagedPod(podWith(['192.0.2.1', '192.0.2.2'], 'example.com'));
  const row = rows.find(({ scenario }) => scenario === 'the first nameserver knows nothing');
  expect(row?.script.servers).toMatchObject({
    '192.0.2.1': {},
    '192.0.2.2': { names: { 'example.com': { is: 'DATA', delayMs: 50 } }, otherwise: { is: 'NX', delayMs: 50 } },
  });
});
