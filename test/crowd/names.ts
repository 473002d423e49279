/**
 * Twelve names whose candidates differ by family: one lookup for both families, one for IPv4 and one for IPv6 end at
 * other candidates, or with another code.
 */
import { conf, data, halves, ns1, servers } from '../support/rows/row.ts';
import type { ReplyDetails, ReplyScript } from '../../cli/simulation/script.ts';

export const resolvConf = conf({ search: 'search s1.test s2.test s3.test' });

/** Replies come a little later than the queries of a whole crowd. */
const slow = (reply: ReplyDetails, delayMs: number): ReplyDetails => ({ ...reply, delayMs });

/** The candidates' halves; what is not named is NX. */
type Zone = Readonly<Record<string, readonly [a: ReplyScript, aaaa: ReplyScript]>>;

const zones: Readonly<Record<string, Zone>> = {
  n1: { 'n1.s1.test': [slow(data('10.0.1.1'), 8), 'NX'], 'n1.s2.test': ['NX', data('2001:db8::1:2')] },
  n2: { 'n2.s1.test': ['NX', slow(data('2001:db8::2:1'), 8)], 'n2.s2.test': [data('10.0.2.2'), 'NX'] },
  n3: { 'n3.s2.test': ['EMPTY', slow(data('2001:db8::3:2'), 4)], n3: [data('10.0.3.9'), 'NX'] },
  n4: {
    'n4.s1.test': ['EMPTY', 'NX'],
    'n4.s3.test': [slow(data('10.0.4.3'), 12), data('2001:db8::4:3')],
  },
  n5: { 'n5.s3.test': [data('10.0.5.3'), 'EMPTY'], 'n5.s2.test': ['NX', slow(data('2001:db8::5:2'), 2)] },
  n6: { 'n6.s2.test': ['NX', data('2001:db8::6:2')], n6: [slow(data('10.0.6.9'), 5), 'NX'] },
  // For IPv6 alone SERVFAIL at one candidate is no end of the search.
  n7: { 'n7.s1.test': ['NX', 'SF'], 'n7.s2.test': [data('10.0.7.2'), slow(data('2001:db8::7:2'), 6)] },
  n8: { 'n8.s1.test': [slow({ is: 'NX' }, 10), 'NX'], 'n8.s3.test': ['NX', data('2001:db8::8:3')] },
  // It has no address at all.
  n9: { 'n9.s2.test': ['NX', slow({ is: 'EMPTY' }, 9)] },
  n10: { 'n10.s1.test': [slow({ is: 'EMPTY' }, 3), 'EMPTY'], n10: ['NX', data('2001:db8::10:9')] },
  // With so many dots the name as it is comes first.
  'n11.d': { 'n11.d': ['NX', slow(data('2001:db8::11:9'), 7)], 'n11.d.s1.test': [data('10.0.11.1'), 'NX'] },
  'n12.d': { 'n12.d': ['EMPTY', 'EMPTY'], 'n12.d.s2.test': [slow(data('10.0.12.2'), 5), data('2001:db8::12:2')] },
};

export const names = Object.keys(zones);

export const script = servers(
  Object.assign(
    {},
    ...Object.values(zones).flatMap((zone) => Object.entries(zone).map(([name, [a, aaaa]]) => halves(name, a, aaaa))),
  ),
);

export const server = ns1;
