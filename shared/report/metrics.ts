/** The registry of metrics: counts, and writes the text that Prometheus reads. */
import type { LabelValues, MetricDefinition, MetricTable } from './metric-definition.ts';

/**
 * The values of a metric table, and their Prometheus text form. Names and labels are checked by the compiler.
 * https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4)
 */
export interface Metrics<Table extends MetricTable> {
  inc<Name extends NamesOf<Table, 'counter'>>(name: Name, ...rest: LabelsThen<Table[Name], [by?: number]>): void;
  /** A counter whose labels are looked up once: for what is counted with each query. It is 0 from then on. */
  counter<Name extends NamesOf<Table, 'counter'>>(name: Name, ...labels: LabelsThen<Table[Name], []>): Counter;
  set<Name extends NamesOf<Table, 'gauge'>>(name: Name, value: number, ...labels: LabelsThen<Table[Name], []>): void;
  observe<Name extends NamesOf<Table, 'histogram'>>(
    name: Name,
    value: number,
    ...labels: LabelsThen<Table[Name], []>
  ): void;
  /** Forgets the values of a gauge, for labels that no longer apply. */
  clear(name: NamesOf<Table, 'gauge'>): void;
  /** Runs before each exposition: for gauges that are read when asked for. */
  onCollect(update: () => void): void;
  exposition(): string;
}

export interface Counter {
  inc(): void;
}

export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

type NamesOf<Table extends MetricTable, Kind extends MetricDefinition['kind']> = {
  [Name in keyof Table]: Table[Name]['kind'] extends Kind ? Name : never;
}[keyof Table] &
  string;

type ValueOf<Values extends LabelValues> = Values extends { readonly values: infer Known }
  ? Known extends readonly (infer Value)[]
    ? Value
    : `${Extract<keyof Known, string | number>}`
  : string;

type LabelsOf<Definition extends MetricDefinition> = {
  readonly [Label in keyof Definition['labels']]: ValueOf<Definition['labels'][Label]>;
};

/** A metric without labels takes none; one with labels takes exactly its own, with the values that the table has. */
type LabelsThen<Definition extends MetricDefinition, Rest extends unknown[]> = keyof Definition['labels'] extends never
  ? [labels?: Readonly<Record<string, never>>, ...Rest]
  : [labels: LabelsOf<Definition>, ...Rest];

type AnyLabels = Readonly<Record<string, string>>;

interface Series {
  labels: readonly string[];
  value: number;
  /** Histogram only: observations per bucket, not cumulated; the last is +Inf. */
  counts: number[];
}

/** Label sets per metric; further ones count under `other`, so that no input can grow the table. */
const maxSeries = 200;

export function createMetrics<const Table extends MetricTable>(table: Table): Metrics<Table> {
  const families = new Map(Object.entries(table).map(([name, definition]) => [name, createFamily(definition)]));
  const collectors: (() => void)[] = [];
  const series = (name: string, labels: AnyLabels): Series => {
    const family = families.get(name);
    if (!family) throw new Error(`metric ${name} is not in the table`);
    return family.series(labels);
  };
  const operations: UncheckedOperations = {
    inc: (name, labels = {}, by = 1) => {
      series(name, labels).value += by;
    },
    counter: (name, labels = {}) => {
      const found = series(name, labels);
      return { inc: () => void found.value++ };
    },
    set: (name, value, labels = {}) => {
      series(name, labels).value = value;
    },
    observe: (name, value, labels = {}) => {
      const found = series(name, labels);
      const bounds = table[name]?.buckets ?? [];
      let index = 0;
      while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
      found.counts[index] = (found.counts[index] ?? 0) + 1;
      found.value += value;
    },
  };
  return {
    ...(operations as unknown as Pick<Metrics<Table>, 'inc' | 'counter' | 'set' | 'observe'>),
    clear: (name) => families.get(name)?.clear(),
    onCollect: (update) => {
      collectors.push(update);
    },
    exposition: () => {
      for (const update of collectors) update();
      return [...families].map(([name, family]) => family.text(name)).join('');
    },
  };
}

interface UncheckedOperations {
  inc(name: string, labels?: AnyLabels, by?: number): void;
  counter(name: string, labels?: AnyLabels): Counter;
  set(name: string, value: number, labels?: AnyLabels): void;
  observe(name: string, value: number, labels?: AnyLabels): void;
}

interface Family {
  series(labels: AnyLabels): Series;
  clear(): void;
  text(name: string): string;
}

/** Series by the values of their labels, one level for each label. */
type Level = Map<string, Level | Series>;

function createFamily(definition: MetricDefinition): Family {
  let all: Series[] = [];
  let root: Level = new Map();
  const names = Object.keys(definition.labels);
  const bucketCount = definition.kind === 'histogram' ? (definition.buckets?.length ?? 0) + 1 : 0;
  const find = (labels: AnyLabels): Series | undefined => {
    if (names.length === 0) return all[0];
    let level: Level | Series | undefined = root;
    for (const label of names) level = (level as Level | undefined)?.get(labels[label] ?? '');
    return level as Series | undefined;
  };
  const add = (labels: AnyLabels): Series => {
    const values = names.map((label) => labels[label] ?? '');
    const created = { labels: values, value: 0, counts: Array.from<number>({ length: bucketCount }).fill(0) };
    all.push(created);
    let level = root;
    for (const value of values.slice(0, -1)) {
      const next = (level.get(value) as Level | undefined) ?? new Map<string, Level | Series>();
      level.set(value, next);
      level = next;
    }
    level.set(values.at(-1) ?? '', created);
    return created;
  };
  // Without labels the value exists from the start, so that a rate over it is 0 and not absent.
  const start = (): void => {
    all = [];
    root = new Map();
    if (names.length === 0) add({});
  };
  start();
  const others = Object.fromEntries(names.map((label) => [label, 'other']));
  const family: Family = {
    series: (labels) => find(labels) ?? (all.length < maxSeries ? add(labels) : (find(others) ?? add(others))),
    clear: start,
    text: (name) => {
      const lines = all.flatMap((series) => seriesLines(name, definition, series));
      return [`# HELP ${name} ${escapeHelp(definition.help)}`, `# TYPE ${name} ${definition.kind}`, ...lines, ''].join(
        '\n',
      );
    },
  };
  return family;
}

function seriesLines(name: string, definition: MetricDefinition, { labels, value, counts }: Series): string[] {
  const pairs = Object.keys(definition.labels).map((label, index) => `${label}="${escapeLabel(labels[index] ?? '')}"`);
  if (definition.kind !== 'histogram') return [`${name}${braces(pairs)} ${value}`];
  let cumulated = 0;
  const buckets = counts.map((count, index) => {
    cumulated += count;
    const bound = definition.buckets?.[index] ?? '+Inf';
    return `${name}_bucket${braces([...pairs, `le="${bound}"`])} ${cumulated}`;
  });
  return [...buckets, `${name}_sum${braces(pairs)} ${value}`, `${name}_count${braces(pairs)} ${cumulated}`];
}

function braces(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
