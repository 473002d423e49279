/** The search line that containers see. */
import { describe, expect, test } from 'vitest';
import {
  clientConfiguration,
  dnsConfigOf,
  formatClient,
} from '../../../../../webhook/injection/dns/client-configuration.ts';

const marker = 'glibc.internal';
const searchesOf = (keptSearches: readonly string[], plain = false) =>
  clientConfiguration({ plain, trustAd: false, keptSearches }).searches;

describe('original search domains stand behind the marker', () => {
  test.each<[what: string, domains: readonly string[], kept: readonly string[]]>([
    ['none', [], []],
    [
      'in their order',
      ['shop.svc.cluster.local', 'svc.cluster.local'],
      ['shop.svc.cluster.local', 'svc.cluster.local'],
    ],
    ['once each', ['a.test', 'b.test', 'a.test'], ['a.test', 'b.test']],
    ['never the marker again', [marker, 'a.test'], ['a.test']],
    ['a dot at the end stays', ['a.test.'], ['a.test.']],
    ['what some musl cannot search', ['.', '.a.test', 'a..test', 'b.test\r', 'c.test'], ['c.test']],
    ['what some API servers refuse', ['_a.test', 'A.test', 'b.test'], ['b.test']],
    [
      'no more than a pod may have',
      Array.from({ length: 40 }, (_, i) => `d${i}`),
      Array.from({ length: 31 }, (_, i) => `d${i}`),
    ],
  ])('%s', (_, domains, kept) => {
    expect(searchesOf(domains)).toEqual([marker, ...kept]);
  });

  test.each([
    [254, true],
    [255, false],
  ])('a line of %i bytes fits: %s; a shorter domain behind it does', (length, fits) => {
    const labels = 'a.'.repeat(100);
    const domain = labels + 'b'.repeat(length - `search ${marker} ${labels}`.length);
    expect(
      formatClient(clientConfiguration({ plain: false, trustAd: false, keptSearches: [domain] })).split('\n')[0],
    ).toBe(fits ? `search ${marker} ${domain}` : `search ${marker}`);
    expect(searchesOf([domain, 'c'])).toEqual(fits ? [marker, domain] : [marker, 'c']);
  });

  test('plain mode has no search line', () => {
    const client = clientConfiguration({ plain: true, trustAd: false, keptSearches: ['a.test'] });
    expect(dnsConfigOf(client)).not.toHaveProperty('searches');
    expect(formatClient(client)).not.toContain('search');
  });
});
