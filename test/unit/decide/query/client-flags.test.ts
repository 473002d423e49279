/** The bits of a query that reach the upstream with an unmarked name, and what they ask for. */
import { expect, test } from 'vitest';
import { asksForDnssec, clientFlags, readsAd } from '../../../../sidecar/decide/query/client-flags.ts';

const edns = (dnssecOk: boolean) => ({ version: 0, payloadSize: 1232, extendedRcode: 0, dnssecOk });

test.each([
  ['none', { ad: false, cd: false, edns: undefined }, 0, false, false],
  ['AD', { ad: true, cd: false, edns: undefined }, 1, true, false],
  ['CD', { ad: false, cd: true, edns: undefined }, 2, false, false],
  ['OPT without DO', { ad: false, cd: false, edns: edns(false) }, 0, false, false],
  ['DO', { ad: false, cd: false, edns: edns(true) }, 4, true, true],
  ['all', { ad: true, cd: true, edns: edns(true) }, 7, true, true],
])('%s', (_, query, flags, tellsAd, wantsProofs) => {
  expect(clientFlags(query)).toBe(flags);
  expect(readsAd(flags)).toBe(tellsAd);
  expect(asksForDnssec(flags)).toBe(wantsProofs);
});
