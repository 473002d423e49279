/** One metric, as registry and reference page see it. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence, also the HELP text. */
  readonly help: string;
  /** In the order of the exposition. */
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Upper bounds of a histogram, ascending, in the unit of the name. */
  readonly buckets?: readonly number[];
}

/**
 * What a label may be: one of `values`, with their meanings where no other page has them, or any text of the kind that
 * `any` describes. `other` stands for every value of a metric that has too many.
 */
export type LabelValues =
  | { readonly values: readonly string[] | Readonly<Record<string, string>> }
  | { readonly any: string };

/** Name → definition. */
export type MetricTable = Readonly<Record<string, MetricDefinition>>;

/** The keys of a table of reasons, whose sentences stand on a page of their own. */
export function codes<const Code extends string>(reasons: Readonly<Record<Code, string>>): readonly Code[] {
  return Object.keys(reasons) as Code[];
}

/** Values that say all by their name. */
export function named<const Name extends string>(...names: Name[]): Readonly<Record<Name, ''>> {
  return Object.fromEntries(names.map((name) => [name, ''])) as Record<Name, ''>;
}
