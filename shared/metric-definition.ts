/** One metric, as registry and reference page see it. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence, also the HELP text. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, ascending, in the unit of the name. */
  readonly buckets?: readonly number[];
}

/** Name → definition. */
export type MetricTable = Readonly<Record<string, MetricDefinition>>;
