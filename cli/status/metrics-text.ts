/** Reads Prometheus text, and finds in it what goes wrong. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function readMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value = ''] = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === undefined) return [];
    // A long word without `=` is looked at once, and not again from each of its letters.
    const pairs = [...labels.matchAll(/(?<!\w)(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
      key,
      text.replaceAll(/\\(.)/g, '$1'),
    ]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

export interface Trouble {
  /** In words. */
  readonly what: string;
  /** Code of docs/reasons.md, where there is one. */
  readonly reason: string | undefined;
  readonly count: number;
  /** In how many of the sidecars. */
  readonly pods: number;
}

interface TroubleKind {
  readonly label: string;
  /** Values of it that are no trouble; all others are. */
  readonly without: readonly string[];
  readonly what: (value: string) => string;
}

/** Counters of the sidecar that say that something went wrong. */
const kinds: Readonly<Record<string, TroubleKind>> = {
  alpine_resolver_searches_total: {
    label: 'outcome',
    without: ['positive', 'nodata', 'noname'],
    what: (outcome) => `searches ended with ${outcome}`,
  },
  alpine_resolver_dropped_total: { label: 'reason', without: [], what: (reason) => `queries were dropped: ${reason}` },
  alpine_resolver_upstream_replies_total: {
    label: 'class',
    without: ['data', 'empty', 'nx', 'alias', 'tc'],
    what: (kind) => `replies of nameservers were ${kind}`,
  },
  alpine_resolver_server_silences_total: {
    label: 'server',
    without: [],
    what: (server) => `nameserver ${server} fell silent`,
  },
};

const maxTroubles = 5;

/** The most frequent ones of all sidecars together. */
export function troublesIn(texts: readonly string[]): Trouble[] {
  const found = new Map<string, Trouble>();
  for (const text of texts) {
    for (const { what, reason, count } of merged(readMetrics(text).flatMap(troubleOf))) {
      const before = found.get(what) ?? { count: 0, pods: 0 };
      found.set(what, { what, reason, count: before.count + count, pods: before.pods + 1 });
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1)).slice(0, maxTroubles);
}

type Counted = Omit<Trouble, 'pods'>;

function troubleOf({ name, labels, value }: Sample): Counted[] {
  const kind = kinds[name];
  const label = kind && labels[kind.label];
  if (kind === undefined || label === undefined || value <= 0 || kind.without.includes(label)) return [];
  return [{ what: kind.what(label), reason: kind.label === 'server' ? undefined : label, count: value }];
}

/** Several nameservers may have the same trouble. */
function merged(counted: readonly Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const one of counted) sums.set(one.what, { ...one, count: one.count + (sums.get(one.what)?.count ?? 0) });
  return [...sums.values()];
}
