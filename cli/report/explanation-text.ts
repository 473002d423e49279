/** An explanation for people, at the width of the terminal: the ends, why they differ, and each timeline. */
import { muslTitle, shortMuslTitle } from '../models/musl-choice.ts';
import { padded, paddedLeft, printable, styled, wrapped, type Style } from '../terminal/output.ts';
import { likeness, type Lookup } from './comparison.ts';
import type { Explanation, ExplainedParting, SidecarLookups } from './explanation.ts';
import { clockText, outcomeText } from './lookup-table.ts';
import { timelineText } from './timeline-text.ts';

export function explanationText(explanation: Explanation, columns: number): string[] {
  return [
    ...headText(explanation, columns),
    '',
    ...endsText(explanation, columns),
    ...partingsText(explanation, columns),
    ...timelinesText(explanation, columns),
  ];
}

function headText({ name, source, musl, isSimulated, isAnswered }: Explanation, columns: number): string[] {
  const assumed = source.remarks.length > 0 ? [`Assumed: ${source.remarks.join('; ')}.`] : [];
  const every = musl.kind === 'unknown' ? ['Which musl it is, is not known: every generation is played (--musl).'] : [];
  const simulated = isSimulated ? ['Played in simulated time.'] : [];
  const silent = isAnswered ? [] : ['No nameserver answered: there is nothing to compare.'];
  const lines = source.resolvConf.split('\n').filter((line) => line.trim() !== '');
  return [
    styled('bold', printable(name)),
    ...wrapped(printable(`as with ${source.title}:`), columns, '  '),
    ...lines.flatMap((line) => wrapped(printable(line), columns, '    ', '      ')).map((line) => styled('dim', line)),
    ...[...simulated, ...every, ...assumed].flatMap((text) => wrapped(printable(text), columns, '  ')),
    ...silent.flatMap((text) => wrapped(text, columns, '  ')).map((line) => styled('yellow', line)),
  ];
}

const outcomeColumns = 20;
const timeColumns = 8;
const queryColumns = 9;

function endsText({ glibc, alone, sidecar, musl, real }: Explanation, columns: number): string[] {
  const titleColumns = columns - outcomeColumns - timeColumns - queryColumns - 4;
  const row = (title: string, lookup: Lookup, queries: string): string[] => {
    const like = lookup === glibc ? undefined : likeness(lookup, glibc);
    const [sign, style]: [string, Style | undefined] = like === 'different' ? ['✗', 'red'] : [' ', undefined];
    const cells = `${padded(outcomeText(lookup, outcomeColumns), outcomeColumns)}${paddedLeft(clockText(lookup.elapsedMs), timeColumns)}${paddedLeft(queries, queryColumns)}`;
    const [first = '', ...rest] = wrapped(title, titleColumns);
    const lines = [`  ${sign} ${padded(first, titleColumns)}${cells}`.trimEnd(), ...rest.map((line) => `    ${line}`)];
    return lines.map((line) => (style === undefined ? line : styled(style, line)));
  };
  const head = `${' '.repeat(4 + titleColumns)}${padded('result', outcomeColumns)}${paddedLeft('time', timeColumns)}${paddedLeft('queries', queryColumns)}`;
  return [
    styled('dim', head),
    ...row('glibc', glibc, String(glibc.queries)),
    ...alone.flatMap(({ members, lookup }) => row(shortMuslTitle(members, musl), lookup, String(lookup.queries))),
    ...sidecar.clients.flatMap(({ members, lookup }) => {
      const isAny = musl.kind !== 'known' && sidecar.clients.length === 1;
      return row(`${isAny ? 'any musl' : shortMuslTitle(members, musl)} with the sidecar`, lookup, '');
    }),
    ...real.flatMap(({ title, lookup }) => row(title, lookup, '')),
  ];
}

function partingsText({ partings, musl }: Explanation, columns: number): string[] {
  return partings.flatMap((parting) => {
    const { number, who, members, text, isDifference } = parting;
    const subject = `${who === 'sidecar' ? 'sidecar, ' : ''}${muslTitle(members, musl)}`;
    const title = `${number === undefined ? '' : `${number}  `}${subject}`;
    return [
      '',
      ...wrapped(title, columns, '  ').map((line) => styled(isDifference ? ['bold', 'red'] : 'bold', line)),
      ...wrapped(printable(text), columns, '    '),
      ...(number === undefined ? [] : [styled('dim', `    ${pageOf(number)}`)]),
    ];
  });
}

export function pageOf(number: NonNullable<ExplainedParting['number']>): string {
  return number.startsWith('M') ? `docs/musl-divergences.md, ${number}` : `docs/residual-divergences.md, ${number}`;
}

function timelinesText({ timelines, sidecar }: Explanation, columns: number): string[] {
  return timelines.flatMap((explained) => [
    '',
    ...wrapped(explained.title, columns).map((line) => styled(['bold', 'cyan'], line)),
    ...timelineText(explained, columns),
    ...(explained.resolver === 'sidecar' ? sidecarWords(sidecar, columns) : []),
  ]);
}

function sidecarWords({ isFromHosts, lookup }: SidecarLookups, columns: number): string[] {
  if (isFromHosts) return wrapped('takes the addresses of the hosts file', columns, '          ');
  return lookup.queries > 0 ? [] : wrapped('answers without a query upstream', columns, '          ');
}
