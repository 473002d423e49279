/** Servers that fail. */
import { again, conf, data, ns1, ns2, noname, ok, servers, twoServers } from '../../support/rows/row.ts';
import { a2, aaaa2, type Case, oneServer } from './case.ts';

const hasName = { names: { 'a.b': data(a2, aaaa2) } };
const found = ok('a.b', a2, aaaa2);
const refused = { ...again, code: 'REFUSED' };
const servfail = { ...again, code: 'SERVFAIL' };

type Short = Omit<Case, 'asks' | 'name' | 'together'>;
const item = (short: Short): Case => ({ asks: 'addresses', name: 'a.b', together: true, ...short });

export const serverCases: readonly Case[] = [
  item({
    id: 'servfail',
    what: 'SERVFAIL for the name as it is, and no search domain has it',
    resolvConf: oneServer,
    script: servers({ 'a.b': 'SF' }),
    sees: again,
    // Calls of getaddrinfo for IPv4 alone without AI_CANONNAME.
    own: { 'lookup 4': noname, gethostbyname_ex: noname },
    residue: [{ row: 'V23', of: ['lookup 4', 'gethostbyname_ex'], sees: again }],
  }),
  item({
    id: 'refused',
    what: 'the only server refuses everything',
    resolvConf: oneServer,
    script: { servers: { [ns1]: { otherwise: 'RF' } } },
    sees: again,
    own: {
      go: { outcome: 'FAILED', code: 'server misbehaving' },
      res_search: { outcome: 'FAILED', code: 'server misbehaving' },
      'c-ares': { ...again, code: 'EREFUSED' },
      dig: refused,
      'dig +search': refused,
      nslookup: refused,
    },
    residue: [
      { row: 'V25', of: ['go', 'res_search'], sees: { ...again, code: 'server misbehaving' } },
      { row: 'V25', of: ['c-ares'], sees: { ...again, code: 'ESERVFAIL' } },
      { row: 'V25', of: ['dig', 'dig +search', 'nslookup'], sees: servfail },
    ],
  }),
  item({
    id: 'second-after-refusal',
    what: 'the first server refuses, the second has the name',
    resolvConf: twoServers,
    script: { servers: { [ns1]: { otherwise: 'RF' }, [ns2]: hasName } },
    sees: found,
    own: {
      'c-ares': { ...again, code: 'EREFUSED' },
      dig: refused,
      'dig +search': refused,
      nslookup: refused,
    },
    residue: [{ row: 'V25', of: ['c-ares', 'dig', 'dig +search', 'nslookup'], sees: found }],
  }),
  item({
    id: 'second-after-closed-port',
    what: "the first server's port is closed, the second has the name",
    resolvConf: twoServers,
    script: { servers: { [ns2]: hasName } },
    sees: found,
  }),
  item({
    id: 'second-after-silence',
    what: 'the first server is silent, the second has the name',
    resolvConf: conf({ servers: [ns1, ns2], options: 'timeout:1' }),
    script: { servers: { [ns1]: { otherwise: 'LOST' }, [ns2]: hasName } },
    sees: found,
  }),
];
