/** The steps of a candidate as one line per question and server: what was asked, and what became of it. */
import type { Endpoint } from '../models/network.ts';
import type { ReplyUse, TimelineStep } from '../models/timeline.ts';
import { failureText, replyText, secondsText } from './evidence.ts';

export interface AskedLine {
  readonly atMs: number;
  readonly server: Endpoint | undefined;
  readonly transport: 'udp' | 'tcp';
  readonly type: number;
  /** Until the reply or failure; undefined: none came. */
  tookMs: number | undefined;
  /** Where none came: how long it was waited for, if that is known. */
  waitedMs: number | undefined;
  /** An error, of DNS or of the connection. */
  isFailure: boolean;
  /** How it ended, in words. */
  text: string;
  readonly addresses: string[];
  /** Each time that it was asked, this one included; filled at the end. */
  readonly marks: AskedMark[];
  /** How often it was asked with the same end, this one included, and when for the last time. */
  count: number;
  lastAtMs: number;
}

/** From a question to its reply, or to the end of the waiting. */
export interface AskedMark {
  readonly atMs: number;
  readonly lengthMs: number;
}

/** The lookup went on without it. */
const unanswered = 'not awaited';
const noReply = 'no reply';

const uses: Readonly<Record<ReplyUse, string>> = {
  taken: '',
  cut: 'cut to its buffer',
  repeated: 'asks again',
  'over-tcp': 'asks over TCP',
  'next-server': 'next server',
  ignored: 'ignored',
};

export function askedLines(steps: readonly TimelineStep[]): AskedLine[] {
  const lines: AskedLine[] = [];
  for (const step of steps) takeStep(lines, step);
  return collapsed(lines);
}

function takeStep(lines: AskedLine[], step: TimelineStep): void {
  switch (step.kind) {
    case 'query':
      for (const line of openLines(lines, step)) askAgain(line, step.atMs);
      return void lines.push(openLine(step));
    case 'reply':
      return takeReply(openLines(lines, step).at(-1), step);
    case 'failure':
      return takeFailure(lines, step);
    case 'silence':
      return takeSilence(lines, step);
  }
}

function askAgain(line: AskedLine, atMs: number): void {
  if (line.text !== unanswered) return;
  line.waitedMs = atMs - line.atMs;
  line.text = `${noReply}: asks again`;
}

type StepOf<Kind extends TimelineStep['kind']> = Extract<TimelineStep, { kind: Kind }>;

function takeReply(line: AskedLine | undefined, { atMs, reply, use }: StepOf<'reply'>): void {
  if (line === undefined) return;
  const cut = reply.isTruncated && use !== 'over-tcp' ? ', truncated' : '';
  line.tookMs = atMs - line.atMs;
  line.isFailure = ['error', 'lame', 'unreadable'].includes(reply.kind);
  line.text = `${replyText(reply)}${cut}${uses[use] === '' ? '' : `: ${uses[use]}`}`;
  line.addresses.push(...reply.addresses);
}

function takeFailure(lines: readonly AskedLine[], step: StepOf<'failure'>): void {
  const types = step.type === undefined ? new Set(lines.map(({ type }) => type)) : [step.type];
  for (const type of types)
    for (const line of openLines(lines, { ...step, type })) {
      line.tookMs = step.atMs - line.atMs;
      line.isFailure = true;
      line.text = failureText(step.code);
    }
}

function takeSilence(lines: readonly AskedLine[], { atMs, server }: StepOf<'silence'>): void {
  for (const line of lines) {
    const isMeant = isOpen(line) && line.text === unanswered && (server === undefined || isAt(line, server));
    if (!isMeant) continue;
    line.waitedMs = atMs - line.atMs;
    line.text = `${noReply} in ${secondsText(line.waitedMs)}`;
  }
}

function openLine({ atMs, server, transport, type }: StepOf<'query'>): AskedLine {
  const open = {
    tookMs: undefined,
    waitedMs: undefined,
    isFailure: false,
    text: unanswered,
    addresses: [],
    marks: [],
    count: 1,
    lastAtMs: atMs,
  };
  return { atMs, server, transport, type, ...open };
}

/** Of the same question to the same server. */
function openLines(
  lines: readonly AskedLine[],
  step: { readonly server: Endpoint; readonly transport: 'udp' | 'tcp'; readonly type: number },
): AskedLine[] {
  return lines.filter(
    (line) => isOpen(line) && isAt(line, step.server) && line.transport === step.transport && line.type === step.type,
  );
}

function isOpen({ tookMs }: AskedLine): boolean {
  return tookMs === undefined;
}

function isAt({ server }: AskedLine, other: Endpoint): boolean {
  return server?.address === other.address && server.port === other.port;
}

/** A question that is asked again and again has one line. */
function collapsed(lines: readonly AskedLine[]): AskedLine[] {
  const kept: AskedLine[] = [];
  for (const line of lines) {
    const same = kept.find(
      (other) =>
        other.type === line.type &&
        other.transport === line.transport &&
        line.server !== undefined &&
        isAt(other, line.server) &&
        endOf(other) === endOf(line),
    );
    const mark = { atMs: line.atMs, lengthMs: line.tookMs ?? line.waitedMs ?? 0 };
    if (same === undefined) {
      line.marks.push(mark);
      kept.push(line);
    } else {
      same.marks.push(mark);
      same.count++;
      same.lastAtMs = line.atMs;
    }
  }
  return kept;
}

function endOf({ text, addresses }: AskedLine): string {
  return `${text.startsWith(noReply) ? noReply : text} ${addresses.join(' ')}`;
}
