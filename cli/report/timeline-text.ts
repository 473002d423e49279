/** The timeline of one lookup as lines: time, question, server, reply, and what the resolver made of each candidate. */
import type { Endpoint } from '../models/network.ts';
import type { CandidateTimeline } from '../models/timeline.ts';
import { padded, paddedLeft, printable, shortened, styled, wrapped, type Style } from '../terminal/output.ts';
import { askedLines, type AskedLine } from './asked-lines.ts';
import { endpointText, typeText } from './evidence.ts';
import type { ExplainedTimeline } from './explanation.ts';
import { clockText } from './lookup-table.ts';

const timeColumns = 8;
const indent = ' '.repeat(timeColumns + 2);

const rejections = {
  'empty-label': 'refuses the name without a query: a label of it is empty',
  'too-long': 'refuses the name without a query: it is too long',
  'no-host-name': 'refuses the name without a query: it has characters that no host name has',
} as const;

export function timelineText(explained: ExplainedTimeline, columns: number): string[] {
  const { timeline } = explained;
  if (timeline.rejected !== undefined) return wrapped(rejections[timeline.rejected], columns, indent);
  const servers = timeline.candidates.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.server === undefined ? [] : [serverText(step.server).length])),
  );
  const serverColumns = Math.min(maxServerColumns, Math.max(0, ...servers));
  return timeline.candidates.flatMap((candidate, i) =>
    candidateText(candidate, i, { explained, serverColumns, columns }),
  );
}

function serverText(server: Endpoint): string {
  return printable(endpointText(server));
}

/** A longest IPv6 address with a port has 47. */
const maxServerColumns = 24;

interface TimelineLayout {
  readonly explained: ExplainedTimeline;
  readonly serverColumns: number;
  readonly columns: number;
}

function candidateText(candidate: CandidateTimeline, index: number, layout: TimelineLayout): string[] {
  const { columns, explained } = layout;
  const { words, partsAt } = explained;
  const note =
    partsAt?.candidate === index
      ? `✗ here it parts from glibc${partsAt.number === undefined ? '' : ` (${partsAt.number})`}`
      : undefined;
  const name = candidate.name === '' ? '.' : candidate.name;
  const as = candidate.entry === undefined ? ' (as it is)' : '';
  const title = wrapped(printable(`${name}${as}`), columns, '  ');
  return [
    ...title.map((line) => styled('bold', line)),
    ...askedLines(candidate.steps).flatMap((line) => askedText(line, layout)),
    ...wrapped(`→ ${words[index] ?? ''}`, columns, indent, `${indent}  `),
    ...(note === undefined ? [] : wrapped(note, columns, indent).map((line) => styled('yellow', line))),
  ];
}

function askedText(line: AskedLine, { serverColumns, columns }: TimelineLayout): string[] {
  const server = line.server === undefined ? '' : shortened(serverText(line.server), serverColumns);
  const left = `${paddedLeft(clockText(line.atMs), timeColumns)}  ${padded(typeText(line.type), 5)}${padded(server, serverColumns)} ${line.transport}  `;
  const took = line.tookMs === undefined ? '' : `  +${clockText(line.tookMs)}`;
  const often = line.count > 1 ? `, ${line.count} times until ${clockText(line.lastAtMs)}` : '';
  const room = Math.max(1, columns - left.length - took.length);
  const [first = '', ...rest] = wrapped(printable(`${line.text}${often}${addressesText(line)}`), room);
  const style: Style | undefined = line.tookMs === undefined ? 'yellow' : undefined;
  const text = `${left}${padded(first, room)}${took}`.trimEnd();
  const more = rest.map((part) => `${' '.repeat(left.length)}${part}`);
  return [text, ...more].map((part) => (style === undefined ? part : styled(style, part)));
}

const maxShownAddresses = 2;

function addressesText({ addresses }: AskedLine): string {
  if (addresses.length === 0) return '';
  const shown = addresses.slice(0, maxShownAddresses).join(' ');
  return `: ${shown}${addresses.length > maxShownAddresses ? ' …' : ''}`;
}
