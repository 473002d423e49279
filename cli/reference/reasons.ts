/** `reasons [CODE]`: the pages on reasons and on musl divergences, in the terminal. */
import { allReasons, meaningsOf, reasonGroups } from '../../shared/report/reason-groups.ts';
import { reasonRemedies } from '../../shared/report/reason-remedies.ts';
import { muslDivergences, type MuslDivergence } from '../report/musl-divergences.ts';
import { documentVersion } from '../terminal/output-format.ts';
import { padded, styled, wrapped } from '../terminal/output.ts';

export interface ExplainedReason {
  readonly code: string;
  readonly meanings: readonly { readonly about: string; readonly meaning: string; readonly seen: string }[];
  readonly remedy?: string;
}

/** @param code one of `explainedCodes` */
export function explainedReason(code: string): ExplainedReason {
  const divergences: Readonly<Record<string, MuslDivergence>> = muslDivergences;
  const divergence = Object.hasOwn(divergences, code) ? divergences[code] : undefined;
  if (divergence !== undefined) return { code, meanings: [divergenceMeaning(divergence)] };
  const remedies: Readonly<Record<string, string>> = reasonRemedies;
  const remedy = Object.hasOwn(remedies, code) ? remedies[code] : undefined;
  return {
    code,
    meanings: meaningsOf(code).map(({ group, sentence }) => ({
      about: plain(group.title),
      meaning: plain(sentence),
      seen: plain(group.seen),
    })),
    ...(remedy !== undefined && { remedy: plain(remedy) }),
  };
}

function divergenceMeaning({ title, musl, glibc, ...rest }: MuslDivergence): ExplainedReason['meanings'][number] {
  const since = 'since' in rest && rest.since !== undefined ? ` (${rest.since})` : '';
  return {
    about: `In what musl and glibc part: ${title}${since}`,
    meaning: plain(`musl ${musl} glibc ${glibc}`),
    seen: 'alpine-resolver explain, docs/musl-divergences.md',
  };
}

export function reasonText({ code, meanings, remedy }: ExplainedReason, columns: number): string[] {
  return [
    styled('bold', code),
    ...meanings.flatMap(({ about, meaning, seen }) => [
      '',
      ...wrapped(about, columns, '  ').map((line) => styled('cyan', line)),
      ...wrapped(meaning, columns, '    '),
      ...wrapped(`Seen in: ${seen}.`, columns, '    ').map((line) => styled('dim', line)),
    ]),
    ...(remedy === undefined ? [] : ['', styled('cyan', '  What to do'), ...wrapped(remedy, columns, '    ')]),
  ];
}

/** All of them, a line or a few each. */
export function allReasonsText(columns: number): string[] {
  const tables = [
    ...reasonGroups.map(({ title, codes }) => ({ title: plain(title), codes })),
    {
      title: 'In what musl and glibc part (alpine-resolver explain)',
      codes: Object.fromEntries(Object.entries(muslDivergences).map(([number, { title }]) => [number, title])),
    },
  ];
  return tables.flatMap(({ title, codes }, i) => {
    const width = Math.max(...Object.keys(codes).map((code) => code.length)) + 2;
    return [
      ...(i === 0 ? [] : ['']),
      ...wrapped(title, columns).map((line) => styled('bold', line)),
      ...Object.entries(codes).flatMap(([code, sentence]) =>
        wrapped(plain(sentence), columns, `  ${padded(code, width)}`, ' '.repeat(width + 2)),
      ),
    ];
  });
}

export function reasonsDocument(code: string | undefined): object {
  const codes = code === undefined ? [...allReasons, ...Object.keys(muslDivergences)] : [code];
  return { apiVersion: documentVersion, kind: 'Reasons', reasons: codes.map(explainedReason) };
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
