/** Other types: Go searches for them, c-ares and dig do not, glibc asks for addresses' names only. */
import { AGAIN, data, MUSL, NODATA, NONAME, servers } from '../../support/rows/row.ts';
import { type Case, ONE_SERVER, records } from './case.ts';
import type { Asks } from '../calls.ts';
import type { Script } from '../../../cli/simulation/script.ts';

const TEXTS = ['one', 'two'];
const SERVICES = ['1 2 80 h1.test', '1 2 81 h2.test'];
const EXCHANGES = ['10 m1.test', '20 m2.test'];
const LONG_TEXTS = Array.from({ length: 10 }, (_, i) => `text ${i} `.padEnd(100, '-'));
const POINTER = '9.0.0.10.in-addr.arpa';

type Short = Omit<Case, 'resolvConf'>;
const item = (short: Short): Case => ({ resolvConf: ONE_SERVER, ...short });

const seen = (...data: string[]): Case['sees'] => ({ outcome: 'OK', records: data });

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
      asIs: NONAME,
      // Without a dot BusyBox searches by itself.
      own: { nslookup: short.includes('.') ? NONAME : seen(...data) },
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

const pointers = (script: Script, sees: Case['sees'], short: Pick<Case, 'id' | 'what'> & Partial<Case>): Case =>
  item({ asks: 'PTR', name: '10.0.0.9', script, sees, ...short });

export const recordCases: readonly Case[] = [
  ...searchedAndNot('TXT', 'foo', 'foo.test', TEXTS),
  ...searchedAndNot('SRV', '_http._tcp.web', '_http._tcp.web.test', SERVICES),
  ...searchedAndNot('MX', 'foo', 'foo.test', EXCHANGES),
  item({
    id: 'txt-searched-plain',
    what: 'plain mode: TXT at the second search domain',
    asks: 'TXT',
    name: 'foo',
    mode: 'plain',
    script: servers({ 'foo.s2.test': records('foo.s2.test', 'TXT', ...TEXTS) }),
    sees: seen(...TEXTS),
    asIs: NONAME,
    residue: [{ row: 'V2', of: ['go', 'nslookup'], sees: NONAME }],
  }),
  item({
    id: 'txt-none',
    what: 'a name without TXT',
    asks: 'TXT',
    name: 'foo.test',
    script: servers({ 'foo.test': data('10.0.0.1') }),
    sees: NODATA,
  }),
  item({
    id: 'txt-unknown',
    what: 'TXT of a name that nobody has',
    asks: 'TXT',
    name: 'foo.test',
    script: servers({}),
    sees: NONAME,
  }),
  item({
    id: 'txt-long',
    what: 'TXT that is truncated over UDP',
    asks: 'TXT',
    name: 'foo.test',
    script: servers({ 'foo.test': { ...records('foo.test', 'TXT', ...LONG_TEXTS), truncated: true } }),
    sees: seen(...LONG_TEXTS),
    own: { nslookup: seen(...LONG_TEXTS.slice(0, 4)) },
  }),
  pointers(
    servers({ [POINTER]: records(POINTER, 'PTR', 'one.test'), 'one.test': data('10.0.0.9') }),
    seen('one.test'),
    {
      id: 'ptr',
      what: 'the name of an address',
    },
  ),
  pointers(
    servers({
      [POINTER]: records(POINTER, 'PTR', 'one.test', 'two.test'),
      'one.test': data('10.0.0.9'),
      'two.test': data('10.0.0.9'),
    }),
    seen('one.test', 'two.test'),
    {
      id: 'ptr-two',
      what: 'two names of an address: glibc takes the first',
      own: { libc: seen('one.test') },
      residue: [{ row: 'V13', of: ['libc'], libcs: MUSL, sees: seen('two.test') }],
    },
  ),
  pointers(servers({}), NONAME, {
    id: 'ptr-none',
    what: 'an address without a name',
    own: { getCanonicalHostName: seen('10.0.0.9') },
  }),
  pointers(servers({ [POINTER]: 'SF' }), AGAIN, {
    id: 'ptr-servfail',
    what: 'SERVFAIL for the name of an address',
    together: true,
    own: { getCanonicalHostName: seen('10.0.0.9'), reverse: NONAME },
    residue: [{ row: 'V13', of: ['libc'], libcs: MUSL, sees: NONAME }],
  }),
];
