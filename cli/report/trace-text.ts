/** The record that a sidecar gave of a lookup, for people and for programs. */
import type { HeldAnswer, HeldReply, TracedReply, TraceRecord } from '../../shared/report/trace-record.ts';
import { createTimeline } from '../models/timeline.ts';
import { documentVersion } from '../terminal/output-format.ts';
import { printable, styled, wrapped } from '../terminal/output.ts';
import { glibcConclusion } from './conclusion-words.ts';
import type { ExplainedTimeline } from './explanation.ts';
import { timelineOf } from './lookup-records.ts';
import { clockText } from './lookup-table.ts';
import { timelineText } from './timeline-text.ts';

export interface TracedLookup {
  readonly title: string;
  readonly record: TraceRecord;
}

export function traceText({ title, record }: TracedLookup, columns: number): string[] {
  const explained = explainedTimeline(record);
  const lines = record.resolvConf.split('\n').filter((line) => line !== '');
  return [
    styled('bold', printable(record.name)),
    ...wrapped(printable(`in ${title}, by its sidecar ${record.version} in mode ${record.mode}:`), columns, '  '),
    ...lines.flatMap((line) => wrapped(printable(line), columns, '    ', '      ')).map((line) => styled('dim', line)),
    '',
    ...endText(record, columns),
    ...heldText(record, columns),
    '',
    styled(['bold', 'cyan'], 'sidecar'),
    ...timelineText(explained, columns),
    ...emptyText(record, columns),
  ];
}

export function traceDocument({ title, record }: TracedLookup): object {
  const { format: _, version, ...rest } = record;
  const { words } = explainedTimeline(record);
  const candidates = rest.lookup.candidates.map((candidate, i) => ({ ...candidate, words: words[i] ?? '' }));
  return {
    apiVersion: documentVersion,
    kind: 'Trace',
    pod: title,
    sidecar: version,
    ...rest,
    lookup: { ...rest.lookup, candidates },
  };
}

/** Somebody said something. */
export function wasTraceAnswered({ lookup, replies }: TraceRecord): boolean {
  const asked = lookup.candidates.flatMap(({ steps }) => steps);
  const isAsked = asked.some(({ kind }) => kind === 'query');
  return isAsked ? asked.some(({ kind }) => kind === 'reply') : replies.length > 0;
}

export function explainedTimeline({ lookup, replies, elapsedMs }: TraceRecord): ExplainedTimeline {
  const timeline = lookup.candidates.length > 0 ? timelineOf(lookup) : createTimeline();
  const found = replies.flatMap(({ addresses }) => addresses).length;
  const { candidates } = timeline;
  const words = candidates.map((candidate, i) =>
    glibcConclusion({ candidate, hasNext: i + 1 < candidates.length, found }),
  );
  return { resolver: 'sidecar', title: 'sidecar', timeline, words, partsAt: undefined, elapsedMs };
}

function endText(record: TraceRecord, columns: number): string[] {
  const lines = record.replies.map((reply) => `${reply.type.padEnd(5)}${tracedReplyText(reply)}`);
  return [
    ...wrapped(`programs get, in ${elapsedText(record)}:`, columns, '  '),
    ...(lines.length === 0 ? ['nothing'] : lines).flatMap((line) =>
      wrapped(printable(line), columns, '    ', '         '),
    ),
  ];
}

export function elapsedText({ isComplete, elapsedMs }: TraceRecord): string {
  return `${clockText(elapsedMs)}${isComplete ? '' : ', and the time of a trace was over before all of it'}`;
}

export function tracedReplyText({ rcode, addresses, isTruncated }: Omit<TracedReply, 'type'>): string {
  const more = isTruncated ? ', and more over TCP' : '';
  if (addresses.length > 0) return addresses.join(' ') + more;
  return (rcode === 'NOERROR' ? 'no address' : rcode) + more;
}

/** What is held is given without a question to a nameserver, whatever they say now. */
function heldText(record: TraceRecord, columns: number): string[] {
  const lines = heldLines(record);
  if (lines.length === 0) return wrapped('its caches hold nothing of that', columns, '  ');
  return [
    ...wrapped('its caches hold, and give without asking:', columns, '  '),
    ...lines.flatMap((line) => wrapped(printable(line), columns, '    ', '      ')),
  ];
}

export function heldLines({ held }: TraceRecord): string[] {
  return [...held.answers.map(heldAnswerText), ...held.replies.map(heldReplyText)];
}

function heldAnswerText({ name, type, rcode, addresses, secondsLeft }: HeldAnswer): string {
  return `${name} ${type}, the answer: ${tracedReplyText({ rcode, addresses, isTruncated: false })}, ${secondsLeft} s more`;
}

function heldReplyText({ name, server, transport, type, rcode, addresses, secondsLeft }: HeldReply): string {
  const said = tracedReplyText({ rcode, addresses, isTruncated: false });
  return `${name} ${type}, of ${server} over ${transport}: ${said}, ${secondsLeft} s more`;
}

function emptyText(record: TraceRecord, columns: number): string[] {
  const text = unaskedText(record);
  return text === undefined ? [] : wrapped(text, columns, '          ');
}

/** What the sidecar does that asks nobody. */
export function unaskedText({ lookup }: TraceRecord): string | undefined {
  if (lookup.isFromHosts === true) return 'takes the addresses of the hosts file';
  return lookup.candidates.length > 0 ? undefined : 'answers without a query upstream';
}
