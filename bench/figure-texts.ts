/** The figures: what each measures and how, and which of its columns are drawn. */

export interface FigureText {
  /** `npm run bench -- NAME`. */
  readonly name: string;
  readonly title: string;
  /** What is measured, and how. */
  readonly what: string;
  readonly pictures: readonly Picture[];
}

/** A bar for each row of a table. */
export interface Picture {
  readonly table: string;
  readonly column: string;
  readonly title: string;
}

export const figureTexts = [
  {
    name: 'cached',
    title: 'Answers from memory',
    what:
      'Queries per second of the processor time that the server used, with 64 lookups in flight. A lookup is A and AAAA of ' +
      'one name from one port, as C libraries send them; 1,000 names in random order, of which a fifth does not exist and a ' +
      'tenth is a chain of two aliases, four records of each family, an OPT record in a quarter of the lookups. The sidecar ' +
      'is asked under its marker, all others are asked for the name as it is.',
    pictures: [
      { table: 'throughput', column: 'rate', title: 'Answers from memory, thousand queries per processor second' },
    ],
  },
  {
    name: 'not-cached',
    title: 'Answers that are in no memory',
    what:
      'As above, but each name comes once in 100,000 and its records have a TTL of 0, so that every query goes to the ' +
      'nameserver behind; all names exist, and the sidecar finds them at its first candidate. ' +
      'As installed it uses sockets again under such a load.',
    pictures: [
      { table: 'throughput', column: 'rate', title: 'Answers in no memory, thousand queries per processor second' },
    ],
  },
  {
    name: 'latency',
    title: 'Time of a lookup',
    what:
      'Time of `getaddrinfo` in a program on real musl or glibc, in a network of its own, one lookup after the other. Cold: a ' +
      'new server, an external name with `ndots:5` and four search domains, 5 ms to the nameserver and back, counted in such ' +
      'round trips. On loopback, with a nameserver that answers at once: names that nobody may keep, and 50 names that are ' +
      'kept. Through the sidecar the program has the configuration that the webhook writes; otherwise it searches by itself.',
    pictures: [
      { table: 'cold', column: 'com', title: 'Cold lookup of an external name, upstream round trips' },
      { table: 'warm', column: 'median', title: 'Warm lookup at the fourth search domain, ms' },
    ],
  },
  {
    name: 'memory',
    title: 'Memory',
    what:
      'Anonymous memory, which is what a server has of its own, sampled every 100 ms: three seconds after the start; the highest ' +
      'in five seconds of the load of the first figure; the highest in five seconds of names that nobody asked before, 1,000 ' +
      'lookups in flight; the same where the nameserver behind never answers; one minute after 200,000 queries over 100,000 ' +
      'names; and that while 20 queries a second go on. Resident memory holds the pages of the program file, too.',
    pictures: [{ table: 'memory', column: 'load', title: 'Anonymous memory under load, MiB' }],
  },
  {
    name: 'start',
    title: 'Start',
    what: 'From the fork of the process to its first reply, asked every millisecond; 20 starts of each in turn.',
    pictures: [{ table: 'start', column: 'first', title: 'From fork to the first reply, ms' }],
  },
  {
    name: 'webhook',
    title: 'Reviews of the webhook',
    what:
      'Reviews of pods of 2 to 8 kB that are all injected, over 32 TLS connections that stay: as many as one processor answers, ' +
      'and the time from when a review was due to its reply at 300 and 600 a second. Resident memory right after saturation.',
    pictures: [],
  },
  {
    name: 'upstream-queries',
    title: 'Queries that reach the nameserver',
    what:
      'Counted in simulated time, for 10,000 lookups in ten minutes of 50 names, each as likely as the others: 30 are found at ' +
      'the first search domain, 20 as they are, after all four. Records and denials have the same TTL. glibc keeps nothing and ' +
      'sends a pair for each candidate of each lookup.',
    pictures: [],
  },
  {
    name: 'containers',
    title: 'Names of containers',
    what:
      'On a Docker host, queries per second of the processor time that the sidecar used, with 64 lookups in flight and 1,000 ' +
      'containers that have an address of each family; a lookup is A and AAAA of one name in random order, or two of the other ' +
      'type. Names in memory are 1,000 others that a nameserver gave one address of each family; all are asked of one process.',
    pictures: [],
  },
  {
    name: 'soak',
    title: 'What stays after ten million queries',
    what:
      'The heap after a full collection, after 10, 50 and 100 % of ten million queries in simulated time: names that come once ' +
      'and names that stay, denials, aliases, replies that are cut, servers that fail and fall silent for a while, and a new ' +
      'configuration every 20,000 lookups.',
    pictures: [],
  },
] as const satisfies readonly FigureText[];

export type FigureName = (typeof figureTexts)[number]['name'];
