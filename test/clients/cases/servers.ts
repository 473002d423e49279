/** Servers that fail. */
import { AGAIN, conf, data, N1, N2, NONAME, ok, servers, TWO_SERVERS } from '../../support/rows/row.ts';
import { A2, AAAA2, type Case, ONE_SERVER } from './case.ts';

const HAS_NAME = { names: { 'a.b': data(A2, AAAA2) } };
const FOUND = ok('a.b', A2, AAAA2);
const REFUSED = { ...AGAIN, code: 'REFUSED' };
const SERVFAIL = { ...AGAIN, code: 'SERVFAIL' };

type Short = Omit<Case, 'asks' | 'name' | 'together'>;
const item = (short: Short): Case => ({ asks: 'addresses', name: 'a.b', together: true, ...short });

export const serverCases: readonly Case[] = [
  item({
    id: 'servfail',
    what: 'SERVFAIL for the name as it is, and no search domain has it',
    resolvConf: ONE_SERVER,
    script: servers({ 'a.b': 'SF' }),
    sees: AGAIN,
    // Calls of getaddrinfo for IPv4 alone without AI_CANONNAME.
    own: { 'lookup 4': NONAME, gethostbyname_ex: NONAME },
    residue: [{ row: 'V23', of: ['lookup 4', 'gethostbyname_ex'], sees: AGAIN }],
  }),
  item({
    id: 'refused',
    what: 'the only server refuses everything',
    resolvConf: ONE_SERVER,
    script: { servers: { [N1]: { otherwise: 'RF' } } },
    sees: AGAIN,
    own: {
      go: { outcome: 'FAILED', code: 'server misbehaving' },
      res_search: { outcome: 'FAILED', code: 'server misbehaving' },
      'c-ares': { ...AGAIN, code: 'EREFUSED' },
      dig: REFUSED,
      'dig +search': REFUSED,
      nslookup: REFUSED,
    },
    residue: [
      { row: 'V25', of: ['go', 'res_search'], sees: { ...AGAIN, code: 'server misbehaving' } },
      { row: 'V25', of: ['c-ares'], sees: { ...AGAIN, code: 'ESERVFAIL' } },
      { row: 'V25', of: ['dig', 'dig +search', 'nslookup'], sees: SERVFAIL },
    ],
  }),
  item({
    id: 'second-after-refusal',
    what: 'the first server refuses, the second has the name',
    resolvConf: TWO_SERVERS,
    script: { servers: { [N1]: { otherwise: 'RF' }, [N2]: HAS_NAME } },
    sees: FOUND,
    own: {
      'c-ares': { ...AGAIN, code: 'EREFUSED' },
      dig: REFUSED,
      'dig +search': REFUSED,
      nslookup: REFUSED,
    },
    residue: [{ row: 'V25', of: ['c-ares', 'dig', 'dig +search', 'nslookup'], sees: FOUND }],
  }),
  item({
    id: 'second-after-closed-port',
    what: "the first server's port is closed, the second has the name",
    resolvConf: TWO_SERVERS,
    script: { servers: { [N2]: HAS_NAME } },
    sees: FOUND,
  }),
  item({
    id: 'second-after-silence',
    what: 'the first server is silent, the second has the name',
    resolvConf: conf({ servers: [N1, N2], options: 'timeout:1' }),
    script: { servers: { [N1]: { otherwise: 'LOST' }, [N2]: HAS_NAME } },
    sees: FOUND,
  }),
];
