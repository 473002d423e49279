/** In which ways musl and glibc part, numbered once: explanations and docs/musl-divergences.md have them from here. */
export interface MuslDivergence {
  readonly title: string;
  readonly musl: string;
  readonly glibc: string;
  /** Releases of musl that do so, where not all. */
  readonly since?: string;
}

export const muslDivergences = {
  M1: {
    title: 'a name with enough dots is never searched',
    musl: 'asks a name that has `ndots` dots or more as it is, and nothing else.',
    glibc: 'asks it as it is, and then with each search domain.',
  },
  M2: {
    title: 'a name without addresses ends the search',
    musl: 'stops at the first name that exists, though it has no address.',
    glibc: 'remembers that, and goes on with the next search domain.',
  },
  M3: {
    title: '"no such name" for one family hides the other',
    musl: 'drops the addresses of one family where the query for the other got NXDOMAIN.',
    glibc: 'keeps them.',
    since: 'musl 1.2.1 (Alpine 3.13)',
  },
  M4: {
    title: 'a failure for one family fails both',
    musl: 'gives up, after its whole timeout, where the query for one family failed or got no reply, and drops the addresses of the other.',
    glibc: 'keeps what it has.',
    since: 'musl 1.2.1 (Alpine 3.13); earlier ones wait as long, and keep them',
  },
  M5: {
    title: 'a server that fails is asked until the timeout',
    musl: 'repeats a query that got SERVFAIL, and ignores REFUSED and other errors, until its timeout is over; then it gives up.',
    glibc:
      'asks the next server, and after the last one the next search domain; after REFUSED or silence the name as it is.',
  },
  M6: {
    title: 'the first reply of any server counts',
    musl: 'asks all nameservers at once, and takes the first reply, "no such name" included.',
    glibc: 'asks one after the other, and goes on only where one fails or is silent.',
  },
  M7: {
    title: 'a truncated reply is taken as it is',
    musl: 'has no TCP: of a truncated reply it keeps what is there.',
    glibc: 'asks again over TCP.',
    since: 'up to musl 1.2.3 (Alpine 3.17)',
  },
  M8: {
    title: 'a failure over TCP ends the lookup',
    musl: 'gives up at once where the connection for a truncated reply fails.',
    glibc: 'asks the next server.',
    since: 'musl 1.2.4 (Alpine 3.18)',
  },
  M9: {
    title: 'not all of a long answer is read',
    musl: 'keeps 48 addresses; before 1.2.5 it reads 512 or 768 bytes and 63 records.',
    glibc: 'keeps all.',
  },
  M10: {
    title: 'resolv.conf is read otherwise',
    musl: 'drops lines of more than 254 bytes, has no search domain from the host name, and passes over or fails at entries such as `.` and `.domain`; it knows no option but `ndots`, `timeout` and `attempts`.',
    glibc:
      'reads lines of any length, takes the domain of the host name where there is no search line, and knows these entries.',
  },
  M11: {
    title: 'names are judged otherwise',
    musl: 'asks names that are no host names (`a*b`), and refuses those of more than 254 bytes.',
    glibc: 'refuses what is no host name, without a query.',
  },
  M12: {
    title: 'records of another owner count',
    musl: 'takes every address of the answer, whoever owns it.',
    glibc: 'takes those of the name and its aliases alone.',
  },
  M13: {
    title: 'the same end at another time',
    musl: 'asks all nameservers at once, and waits for its timeout where a query failed.',
    glibc: 'waits for one nameserver after the other, and not where one failed.',
  },
} as const satisfies Readonly<Record<`M${number}`, MuslDivergence>>;

export type MuslDivergenceNumber = keyof typeof muslDivergences;
