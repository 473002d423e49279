/** The calls of every kind of client, and whose resolver each goes through. */

/** What a case asks for. */
export type Asks = 'addresses' | 'TXT' | 'SRV' | 'MX' | 'PTR';

/**
 * Who decides which questions are asked: libc's `getaddrinfo` and its like, libc's `res_search`, or a resolver of the
 * program's own.
 */
export type Resolver = 'libc' | 'res_search' | 'go' | 'c-ares' | 'dig' | 'dig +search' | 'nslookup';

export type Family = 'both' | 'ipv4' | 'ipv6';

export interface Call {
  name: string;
  resolver: Resolver;
  /** Of calls for addresses. */
  family?: Family;
  /** It shows one of the addresses, the one that it reached. */
  connects?: boolean;
}

export type Kind = 'go' | 'go cgo' | 'node' | 'python' | 'java' | 'dig' | 'nslookup' | 'wget' | 'curl';

const families = (resolver: Resolver, both: string, ipv4: string, ipv6: string): Call[] => [
  { name: both, resolver, family: 'both' },
  { name: ipv4, resolver, family: 'ipv4' },
  { name: ipv6, resolver, family: 'ipv6' },
];

export const callTable: Record<Kind, Partial<Record<Asks, readonly Call[]>>> = {
  go: {
    addresses: [
      ...families('go', 'LookupHost', 'LookupIP ip4', 'LookupIP ip6'),
      { name: 'LookupCNAME', resolver: 'go' },
    ],
    TXT: [{ name: 'LookupTXT', resolver: 'go' }],
    SRV: [{ name: 'LookupSRV', resolver: 'go' }],
    MX: [{ name: 'LookupMX', resolver: 'go' }],
    PTR: [{ name: 'LookupAddr', resolver: 'go' }],
  },
  'go cgo': {
    addresses: [
      ...families('libc', 'LookupHost', 'LookupIP ip4', 'LookupIP ip6'),
      { name: 'LookupCNAME', resolver: 'res_search' },
    ],
    PTR: [{ name: 'LookupAddr', resolver: 'libc' }],
  },
  node: {
    addresses: [
      ...families('libc', 'lookup', 'lookup 4', 'lookup 6'),
      { name: 'resolve4', resolver: 'c-ares', family: 'ipv4' },
      { name: 'resolve6', resolver: 'c-ares', family: 'ipv6' },
    ],
    TXT: [{ name: 'resolveTxt', resolver: 'c-ares' }],
    SRV: [{ name: 'resolveSrv', resolver: 'c-ares' }],
    MX: [{ name: 'resolveMx', resolver: 'c-ares' }],
    PTR: [
      { name: 'reverse', resolver: 'c-ares' },
      { name: 'lookupService', resolver: 'libc' },
    ],
  },
  python: {
    addresses: [
      ...families('libc', 'getaddrinfo', 'getaddrinfo 4', 'getaddrinfo 6'),
      { name: 'gethostbyname_ex', resolver: 'libc', family: 'ipv4' },
    ],
    PTR: [
      { name: 'gethostbyaddr', resolver: 'libc' },
      { name: 'getnameinfo', resolver: 'libc' },
    ],
  },
  java: {
    addresses: [{ name: 'getAllByName', resolver: 'libc', family: 'both' }],
    PTR: [{ name: 'getCanonicalHostName', resolver: 'libc' }],
  },
  dig: {
    addresses: [
      { name: 'dig A', resolver: 'dig', family: 'ipv4' },
      { name: 'dig AAAA', resolver: 'dig', family: 'ipv6' },
      { name: 'dig A +search', resolver: 'dig +search', family: 'ipv4' },
    ],
    TXT: [{ name: 'dig TXT', resolver: 'dig' }],
    SRV: [{ name: 'dig SRV', resolver: 'dig' }],
    MX: [{ name: 'dig MX', resolver: 'dig' }],
    PTR: [{ name: 'dig -x', resolver: 'dig' }],
  },
  nslookup: {
    addresses: [{ name: 'nslookup', resolver: 'nslookup', family: 'both' }],
    TXT: [{ name: 'nslookup TXT', resolver: 'nslookup' }],
    SRV: [{ name: 'nslookup SRV', resolver: 'nslookup' }],
    MX: [{ name: 'nslookup MX', resolver: 'nslookup' }],
    PTR: [{ name: 'nslookup', resolver: 'nslookup' }],
  },
  wget: { addresses: [{ name: 'wget', resolver: 'libc', family: 'both', connects: true }] },
  curl: {
    addresses: families('libc', 'curl', 'curl -4', 'curl -6').map((call) => ({ ...call, connects: true })),
  },
};
