/** Other types: Go searches for them, c-ares and dig do not, glibc asks for addresses' names only. */
import { again, data, muslNames, nodata, noname, servers } from '../../support/rows/row.ts';
import { type Case, oneServer, records } from './case.ts';
import type { Asks } from '../calls.ts';
import type { Script } from '../../../cli/simulation/script.ts';

const texts = ['one', 'two'];
const services = ['1 2 80 h1.test', '1 2 81 h2.test'];
const exchanges = ['10 m1.test', '20 m2.test'];
const longTexts = Array.from({ length: 10 }, (_, i) => `text ${i} `.padEnd(100, '-'));
const pointerBits = '9.0.0.10.in-addr.arpa';

type Short = Omit<Case, 'resolvConf'>;
const item = (short: Short): Case => ({ resolvConf: oneServer, ...short });

const seen = (...data: string[]): Case['sees'] => ({ outcome: 'OK', records: data });

const pointers = (script: Script, sees: Case['sees'], short: Pick<Case, 'id' | 'what'> & Partial<Case>): Case =>
  item({ asks: 'PTR', name: '10.0.0.9', script, sees, ...short });

export const recordCases: readonly Case[] = [
  ...searchedAndNot('TXT', 'foo', 'foo.test', texts),
  ...searchedAndNot('SRV', '_http._tcp.web', '_http._tcp.web.test', services),
  ...searchedAndNot('MX', 'foo', 'foo.test', exchanges),
  item({
    id: 'txt-searched-plain',
    what: 'plain mode: TXT at the second search domain',
    asks: 'TXT',
    name: 'foo',
    mode: 'plain',
    script: servers({ 'foo.s2.test': records('foo.s2.test', 'TXT', ...texts) }),
    sees: seen(...texts),
    asIs: noname,
    residue: [{ row: 'V2', of: ['go', 'nslookup'], sees: noname }],
  }),
  item({
    id: 'txt-none',
    what: 'a name without TXT',
    asks: 'TXT',
    name: 'foo.test',
    script: servers({ 'foo.test': data('10.0.0.1') }),
    sees: nodata,
  }),
  item({
    id: 'txt-unknown',
    what: 'TXT of a name that nobody has',
    asks: 'TXT',
    name: 'foo.test',
    script: servers({}),
    sees: noname,
  }),
  item({
    id: 'txt-long',
    what: 'TXT that is truncated over UDP',
    asks: 'TXT',
    name: 'foo.test',
    script: servers({ 'foo.test': { ...records('foo.test', 'TXT', ...longTexts), truncated: true } }),
    sees: seen(...longTexts),
    own: { nslookup: seen(...longTexts.slice(0, 4)) },
  }),
  pointers(
    servers({ [pointerBits]: records(pointerBits, 'PTR', 'one.test'), 'one.test': data('10.0.0.9') }),
    seen('one.test'),
    {
      id: 'ptr',
      what: 'the name of an address',
    },
  ),
  pointers(
    servers({
      [pointerBits]: records(pointerBits, 'PTR', 'one.test', 'two.test'),
      'one.test': data('10.0.0.9'),
      'two.test': data('10.0.0.9'),
    }),
    seen('one.test', 'two.test'),
    {
      id: 'ptr-two',
      what: 'two names of an address: glibc takes the first',
      own: { libc: seen('one.test') },
      residue: [{ row: 'V13', of: ['libc'], libcs: muslNames, sees: seen('two.test') }],
    },
  ),
  pointers(servers({}), noname, {
    id: 'ptr-none',
    what: 'an address without a name',
    own: { getCanonicalHostName: seen('10.0.0.9') },
  }),
  pointers(servers({ [pointerBits]: 'SF' }), again, {
    id: 'ptr-servfail',
    what: 'SERVFAIL for the name of an address',
    together: true,
    own: { getCanonicalHostName: seen('10.0.0.9'), reverse: noname },
    residue: [{ row: 'V13', of: ['libc'], libcs: muslNames, sees: noname }],
  }),
];

/** A name that a search domain has, and the name as it is. */
function searchedAndNot(asks: Asks, short: string, long: string, data: readonly string[]): Case[] {
  const owner = `${short}.s2.test`;
  return [
    item({
      id: `${asks.toLowerCase()}-searched`,
      what: `${asks} at the second search domain`,
      asks,
      name: short,
      script: servers({ [owner]: records(owner, asks, ...data) }),
      sees: seen(...data),
      asIs: noname,
      // Without a dot BusyBox searches by itself.
      own: { nslookup: short.includes('.') ? noname : seen(...data) },
    }),
    item({
      id: asks.toLowerCase(),
      what: `${asks} of the name as it is`,
      asks,
      name: long,
      script: servers({ [long]: records(long, asks, ...data) }),
      sees: seen(...data),
    }),
  ];
}
