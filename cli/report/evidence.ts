/** The replies to a candidate, in words: of each half the reply that counted, or what took its place. */
import { isIPv6 } from 'node:net';
import { typeA, typeAaaa } from '../models/lookup.ts';
import type { Endpoint } from '../models/network.ts';
import type { ReplySummary } from '../models/reply-summary.ts';
import type { CandidateTimeline, TimelineStep } from '../models/timeline.ts';

export interface Half {
  readonly type: number;
  /** The step that decided. */
  readonly step: TimelineStep | undefined;
  readonly isTaken: boolean;
  /** Of the asked type, in a reply that was taken. */
  readonly addresses: readonly string[];
  readonly text: string;
  readonly server: Endpoint | undefined;
}

const rcodes: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};
const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no reply',
  EOF: 'connection closed',
};

export function halvesOf({ steps }: CandidateTimeline): Half[] {
  const types = [...new Set(steps.flatMap((step) => (step.kind === 'query' ? [step.type] : [])))];
  return types.map((type) => halfOf(steps, type));
}

function halfOf(steps: readonly TimelineStep[], type: number): Half {
  const replies = steps.filter((step) => step.kind === 'reply').filter((step) => step.type === type);
  const taken = replies.findLast(({ use }) => use === 'taken' || use === 'cut');
  const failure = steps.findLast((step) => step.kind === 'failure' && (step.type ?? type) === type);
  const silence = steps.findLast((step) => step.kind === 'silence');
  // A truncated reply counts for nothing where TCP failed after it.
  const refusal = replies.findLast(({ use }) => use !== 'over-tcp');
  const step = taken ?? refusal ?? failure ?? silence;
  return {
    type,
    step,
    isTaken: taken !== undefined,
    addresses: taken?.reply.addresses ?? [],
    text: stepText(step),
    server: step?.kind === 'query' ? undefined : step?.server,
  };
}

function stepText(step: TimelineStep | undefined): string {
  if (step === undefined || step.kind === 'silence' || step.kind === 'query') return 'no reply';
  const over = step.transport === 'tcp' ? ' over TCP' : '';
  if (step.kind === 'failure') return `${failureText(step.code)}${over}`;
  const cut = step.reply.isTruncated ? ', truncated' : '';
  return `${replyText(step.reply)}${cut}${over}`;
}

export function failureText(code: string): string {
  return failures[code] ?? code;
}

export function replyText({ kind, rcode, addresses }: ReplySummary): string {
  switch (kind) {
    case 'addresses':
      return countText(addresses.length);
    case 'alias':
      return 'an alias that leads nowhere';
    case 'empty':
      return 'no records';
    case 'lame':
      return 'an empty reply without authority';
    case 'error':
      return rcodes[rcode] ?? `error code ${rcode}`;
    case 'unreadable':
      return 'a reply that cannot be read';
  }
}

export function countText(count: number): string {
  return count === 1 ? '1 address' : `${count} addresses`;
}

/** @param showServers with the address of who replied */
export function evidenceText(candidate: CandidateTimeline, showServers: boolean): string {
  const halves = halvesOf(candidate);
  const texts = halves.map(({ text, server }) =>
    showServers && server !== undefined ? `${text} from ${endpointText(server)}` : text,
  );
  const [first = ''] = texts;
  const name = candidate.name === '' ? '.' : candidate.name;
  if (halves.length > 1 && texts.every((text) => text === first)) return `A and AAAA ${name}: ${first}`;
  if (halves.length === 1) return `${typeText(halves[0]?.type ?? 0)} ${name}: ${first}`;
  return `${name}: ${halves.map(({ type }, i) => `${typeText(type)} ${texts[i]}`).join(', ')}`;
}

export function typeText(type: number): string {
  return type === typeA ? 'A' : type === typeAaaa ? 'AAAA' : `TYPE${type}`;
}

const standardDnsPort = 53;

export function endpointText({ address, port }: Endpoint): string {
  if (port === standardDnsPort) return address;
  return isIPv6(address.split('%')[0] ?? '') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function secondsText(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
