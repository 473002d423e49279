/** Nameservers and what is remembered of them: as glibc's res_nsend. */
import { addresses, packet, type Behaviour } from '../behaviour.ts';
import { data, ns1, ns2, servers } from '../../support/rows/row.ts';
import type { ReplyScript } from '../../../cli/simulation/script.ts';

const three = 'nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\noptions timeout:1 attempts:2\n';

const failing = (what: string, reply: ReplyScript, theirs?: string): Behaviour => ({
  what,
  resolvConf: three,
  clients: 'bare',
  script: servers({ 'www.test': reply }, { 'www.test': data('10.0.0.2') }),
  steps: [addresses('www.test', 'OK www.test 10.0.0.2', ['N1 www.test', 'N2 www.test'])],
  ...(theirs !== undefined && { theirs }),
});

/** The real ceiling of a message over UDP without EDNS is 512 bytes. */
const manyAddresses = Array.from({ length: 40 }, (_, index) => `10.7.0.${index + 1}`);

export const upstream: readonly Behaviour[] = [
  {
    what: 'the first server is asked first',
    resolvConf: three,
    clients: 'bare',
    script: servers({ 'www.test': data('10.0.0.1') }, { 'www.test': data('10.0.0.2') }),
    steps: [
      addresses('www.test', 'OK www.test 10.0.0.1', ['N1 www.test']),
      addresses('www.test', 'OK www.test 10.0.0.1', ['N1 www.test']),
    ],
  },
  failing('the next one after SERVFAIL', 'SF'),
  failing('the next one after REFUSED', 'RF', 'the answer is passed on'),
  failing('the next one after NOTIMP', 'NI', 'the answer is passed on'),
  failing('the next one after a lame referral', 'LAME', 'the answer is passed on'),
  {
    what: '"no such name" is final',
    resolvConf: three,
    clients: 'bare',
    script: servers({}, { 'www.test': data('10.0.0.2') }),
    steps: [addresses('www.test', 'NONAME', ['N1 www.test'])],
  },
  {
    what: 'the third one is asked, too',
    resolvConf: three,
    clients: 'bare',
    script: servers({ 'www.test': 'SF' }, { 'www.test': 'RF' }, { 'www.test': data('10.0.0.3') }),
    steps: [addresses('www.test', 'OK www.test 10.0.0.3', ['N1 www.test', 'N2 www.test', 'N3 www.test'])],
    theirs: 'two are asked at most',
  },
  {
    what: 'one that is silent is waited for once, then for 300 ms',
    resolvConf: three,
    clients: 'bare',
    script: {
      servers: {
        [ns1]: { otherwise: 'LOST' },
        [ns2]: { names: { 'a.test': data('10.0.0.2'), 'b.test': data('10.0.0.3') } },
      },
    },
    steps: [
      addresses('a.test', 'OK a.test 10.0.0.2'),
      addresses('b.test', 'OK b.test 10.0.0.3', ['N1 b.test', 'N2 b.test']),
    ],
    theirs: 'each lookup waits for it',
  },
  {
    what: 'a reply that was cut is fetched over TCP, for clients without TCP, too',
    clients: 'bare',
    script: servers({ 'www.test A': { ...data('10.0.0.1', '10.0.0.2', '10.0.0.3'), truncated: true, truncatedTo: 1 } }),
    steps: [addresses('www.test', 'OK www.test 10.0.0.1 10.0.0.2 10.0.0.3')],
    theirs: 'the cut reply is passed on',
  },
  {
    what: 'a cut reply stays cut when it is remembered',
    clients: 'bare',
    script: servers({ 'many.test A': { is: 'DATA', addresses: manyAddresses, ttl: 300 } }),
    both: { DNSMASQ_RCACHE: '100' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '' },
    steps: [
      packet('many.test A IN count', 'NOERROR 30 records and TC'),
      packet('many.test A IN count', 'NOERROR 30 records and TC', []),
    ],
    theirs: 'TC is cleared: a part is served as the whole',
  },
  {
    what: 'failures are not remembered as answers',
    clients: 'bare',
    script: servers({ 'www.test': ['SF', 'SF', 'SF', 'SF', data('10.0.0.1')] }),
    both: { DNSMASQ_RCACHE: '100' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '' },
    steps: [packet('www.test A', 'SERVFAIL'), { ...packet('www.test A', 'NOERROR A 10.0.0.1'), eventually: true }],
    theirs: 'for as long as --rcache-ttl',
  },
  {
    what: 'records are remembered for their TTL, which counts down',
    clients: 'bare',
    script: servers({ 'www.test A': { is: 'DATA', addresses: ['10.0.0.1'], ttl: 0 } }),
    both: { DNSMASQ_RCACHE: '100' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '' },
    steps: [
      packet('www.test A IN ttl', 'NOERROR A 10.0.0.1 TTL 0', ['N1 www.test']),
      packet('www.test A IN ttl', 'NOERROR A 10.0.0.1 TTL 0', ['N1 www.test']),
    ],
    theirs: 'every message for --rcache-ttl',
  },
  {
    what: 'what is remembered is found in any letter case',
    clients: 'bare',
    script: servers({ 'www.test': { ...data('10.0.0.1'), ttl: 300 } }),
    both: { DNSMASQ_RCACHE: '100' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '' },
    steps: [packet('www.Test A', 'NOERROR A 10.0.0.1'), packet('WWW.test A', 'NOERROR A 10.0.0.1', [])],
    theirs: 'in that of the first query alone',
  },
  {
    what: 'negative answers need not be remembered (asked for)',
    clients: 'bare',
    script: servers({}),
    both: { DNSMASQ_RCACHE: '100' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '', RESOLVER_MAX_NEGATIVE_CACHE_SECONDS: '0' },
    steps: [
      packet('nothere.test A', 'NXDOMAIN', ['N1 nothere.test']),
      packet('nothere.test A', 'NXDOMAIN', ['N1 nothere.test']),
    ],
    theirs: 'they cannot be left out',
  },
  {
    what: 'other types are passed on whole',
    clients: 'bare',
    script: servers({ 'www.test TXT': { is: 'DATA', extra: [{ owner: 'www.test', type: 'TXT', data: 'text' }] } }),
    steps: [packet('www.test TXT', 'NOERROR TXT text', ['N1 www.test'])],
  },
];
