/** The search: go-dnsmasq's own, and glibc's, which is done here. */
import { addresses, packet, type Behaviour } from '../behaviour.ts';
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import { data, halves, servers } from '../../support/rows/row.ts';

const text = (owner: string): ReplyDetails => ({ is: 'DATA', extra: [{ owner, type: 'TXT', data: 'text' }] });

const both = { DNSMASQ_ENABLE_SEARCH: 'true' };

export const search: readonly Behaviour[] = [
  {
    what: 'by itself nothing is searched for',
    clients: 'bare',
    script: servers({ 'cart.s1.test': data('10.0.0.1') }),
    steps: [addresses('cart', 'NONAME', ['N1 cart'])],
  },
  {
    what: 'the first domain with data counts, and the found name is the canonical one',
    clients: 'bare',
    script: servers({ 'cart.s2.test': data('10.0.0.2') }),
    both,
    steps: [addresses('cart', 'OK cart.s2.test 10.0.0.2', ['N1 cart.s1.test', 'N1 cart.s2.test'])],
  },
  {
    what: 'clients that are started with the search marker are searched for without it',
    clients: 'marked',
    script: servers({ 'cart.s2.test': data('10.0.0.2') }),
    steps: [addresses('cart', 'OK cart.s2.test 10.0.0.2', ['N1 cart.s1.test', 'N1 cart.s2.test'])],
    theirs: 'there is no marker',
  },
  {
    what: 'a trailing dot: the name as it is',
    clients: 'marked',
    script: servers({ 'cart.s1.test': data('10.0.0.1') }),
    steps: [addresses('cart.', 'NONAME', ['N1 cart'])],
    theirs: 'a trailing dot cannot be seen, and the name is searched for',
  },
  {
    what: 'no data for the name itself: the search goes on',
    clients: 'marked',
    script: servers({ 'a.b': 'EMPTY', 'a.b.s1.test': data('10.0.0.1') }),
    steps: [addresses('a.b', 'OK a.b.s1.test 10.0.0.1', ['N1 a.b', 'N1 a.b.s1.test'])],
    theirs: 'no data ends it',
  },
  {
    what: 'no data in a domain: the name itself is asked for all the same',
    clients: 'marked',
    script: servers({ 'word.s1.test': 'EMPTY', word: data('10.0.0.9') }),
    steps: [addresses('word', 'OK word 10.0.0.9', ['N1 word.s1.test', 'N1 word.s2.test', 'N1 word'])],
    theirs: 'it is never asked for',
  },
  {
    what: 'a server that fails for one domain: the next domain',
    clients: 'marked',
    script: servers({ 'cart.s1.test': 'SF', 'cart.s2.test': data('10.0.0.2') }),
    steps: [addresses('cart', 'OK cart.s2.test 10.0.0.2')],
  },
  {
    what: 'a domain is not skipped because the name ends like it',
    clients: 'marked',
    script: servers({ 'xs1.test.s1.test': data('10.0.0.1') }),
    resolvConf: 'nameserver 192.0.2.1\nsearch s1.test\noptions ndots:3\n',
    steps: [addresses('xs1.test', 'OK xs1.test.s1.test 10.0.0.1', ['N1 xs1.test.s1.test'])],
    theirs: 'the end of the text decides',
  },
  {
    what: 'A and AAAA of one lookup end in one domain',
    clients: 'marked',
    script: servers({
      ...halves('cart.s1.test', data('10.0.0.1'), 'NX'),
      ...halves('cart.s2.test', 'NX', data('2001:db8::2')),
    }),
    steps: [addresses('cart', 'OK cart.s1.test 10.0.0.1', ['N1 cart.s1.test'])],
    theirs: 'each family is searched for by itself, and addresses of two names are mixed',
  },
  {
    what: 'names with fewer dots than ndots of resolv.conf are searched for first',
    clients: 'marked',
    resolvConf: 'nameserver 192.0.2.1\nsearch s1.test\noptions ndots:5\n',
    script: servers({ 'a.b.c': data('10.0.0.1'), 'a.b.c.s1.test': data('10.0.0.2') }),
    steps: [addresses('a.b.c', 'OK a.b.c.s1.test 10.0.0.2', ['N1 a.b.c.s1.test'])],
  },
  {
    what: 'under the marker every type is searched for',
    clients: 'marked',
    script: servers({ 'word.s2.test TXT': text('word.s2.test') }),
    steps: [
      packet('word.glibc.internal TXT', 'NOERROR > word.s2.test TXT text', ['N1 word.s1.test', 'N1 word.s2.test']),
    ],
  },
  {
    what: '--enable-search is for addresses: other types are asked for as they are',
    clients: 'bare',
    script: servers({ 'word.s1.test TXT': text('word.s1.test') }),
    both,
    steps: [packet('word TXT', 'NXDOMAIN', ['N1 word'])],
    theirs: 'every type is searched for',
  },
  {
    what: 'clients that search themselves are not searched for again',
    clients: 'searching',
    script: servers({}),
    steps: [packet('nothere.s1.test A', 'NXDOMAIN', ['N1 nothere.s1.test'])],
    theirs: 'with --enable-search (n+1)² questions',
  },
];
