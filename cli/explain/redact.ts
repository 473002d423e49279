/** Other names in the place of those of the user, the same one for the same label: `db.prod.svc` becomes `n1.n2.svc`. */
import type { GlibcConfiguration } from '../models/glibc-configuration.ts';
import type { MuslConfiguration } from '../models/musl-configuration.ts';
import type { Lookup } from '../report/comparison.ts';
import type { ExplainedSource } from '../report/explanation.ts';
import type { LookupRecord } from '../../shared/report/lookup-record.ts';

export interface Redactor {
  name(text: string): string;
  resolvConf(text: string): string;
  source(source: ExplainedSource): ExplainedSource;
  lookup(lookup: Lookup): Lookup;
  record(record: LookupRecord): LookupRecord;
  configuration<Configuration extends MuslConfiguration | GlibcConfiguration>(given: Configuration): Configuration;
}

/** Labels that say nothing of anybody, and those of the search marker. */
const publicLabels = new Set(['', 'svc', 'cluster', 'local', 'glibc', 'internal']);

/** Lines of resolv.conf that hold no names. */
const plainLine = /^(nameserver|options)[ \t]/;

export const noRedaction: Redactor = {
  name: (text) => text,
  resolvConf: (text) => text,
  source: (source) => source,
  lookup: (lookup) => lookup,
  record: (record) => record,
  configuration: (given) => given,
};

export function createRedactor(): Redactor {
  const labels = new Map<string, string>();
  const labelOf = (label: string): string => {
    const key = label.toLowerCase();
    if (publicLabels.has(key)) return label;
    const known = labels.get(key) ?? `n${labels.size + 1}`;
    labels.set(key, known);
    return known;
  };
  const name = (text: string): string => text.split('.').map(labelOf).join('.');
  const resolvConf = (text: string): string =>
    text
      .split('\n')
      .flatMap((line) => {
        const [, keyword, rest = ''] = /^(search|domain)[ \t]+(.*)$/.exec(line) ?? [];
        if (keyword !== undefined) return [`${keyword} ${rest.trim().split(/\s+/).map(name).join(' ')}`];
        return line === '' || plainLine.test(line) ? [line] : [];
      })
      .join('\n');
  const candidate = <Candidate extends { readonly name: string; readonly entry: string | undefined }>(
    given: Candidate,
  ): Candidate => ({
    ...given,
    name: name(given.name),
    entry: given.entry === undefined ? undefined : name(given.entry),
  });
  return {
    name,
    resolvConf,
    source: (source) => ({
      ...source,
      title: 'a configuration whose names are replaced',
      resolvConf: resolvConf(source.resolvConf),
      seenResolvConf: resolvConf(source.seenResolvConf),
    }),
    lookup: ({ timeline, canonicalName, ...rest }) => ({
      ...rest,
      ...(canonicalName !== undefined && { canonicalName: name(canonicalName) }),
      ...(timeline && { timeline: { ...timeline, candidates: timeline.candidates.map(candidate) } }),
    }),
    record: (record) => ({ ...record, candidates: record.candidates.map(candidate) }),
    configuration: (given) => ({ ...given, search: given.search.map(name) }),
  };
}
