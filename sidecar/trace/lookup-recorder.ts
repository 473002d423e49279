/**
 * Records one lookup of a pipeline from outside: it stands in the place of the pipeline's upstream sockets, log and
 * metrics, and sees there what is asked, what comes back and what is made of it. The pipeline does not know of it.
 */
import type { LookupRecord, StepRecord } from '../../shared/report/lookup-record.ts';
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Counter, Metrics } from '../../shared/report/metrics.ts';
import type { CandidateOutcomeCode } from '../../shared/report/reasons.ts';
import { formatServerAddress, type ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { UpstreamPort, UdpExchangeEvents } from '../ports/upstream.ts';
import { readUint16 } from '../wire/bytes.ts';
import type { ExpectedReply } from '../wire/classify-reply.ts';
import { headerBytes } from '../wire/iana.ts';
import { readQuestion } from '../wire/message-view.ts';
import { formatName } from '../wire/name.ts';
import { createRecordDraft, type RecordDraft } from './record-draft.ts';
import { readReply } from './reply-record.ts';

export interface RecorderDependencies {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly upstream: UpstreamPort;
  readonly upstreamPort: number;
  readonly metrics: Metrics<SidecarMetrics>;
}

export interface LookupRecorder {
  /** For the pipeline, in the place of the real ones. */
  readonly upstream: UpstreamPort;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly log: Log;
  /** So far. */
  record(): LookupRecord;
}

/** @param name what the program asks for, without the search marker */
export function createLookupRecorder(deps: RecorderDependencies, name: string): LookupRecorder {
  const draft = createRecordDraft(deps.now, name);
  return {
    upstream: recordedPort(deps, draft),
    metrics: recordedMetrics(deps.metrics, draft),
    log: recordedLog(draft),
    record: draft.record,
  };
}

type At = Pick<Extract<StepRecord, { kind: 'query' }>, 'server' | 'transport'>;

/** Upstream sockets of which the draft hears. */
export function recordedPort(
  { upstream, upstreamPort }: Pick<RecorderDependencies, 'upstream' | 'upstreamPort'>,
  draft: RecordDraft,
): UpstreamPort {
  const at = (server: ServerAddress, transport: At['transport']): At => ({
    server: { address: addressOf(server), port: server.port ?? upstreamPort },
    transport,
  });
  return {
    openUdp(server, events, half) {
      const where = at(server, 'udp');
      const asked = askedQuestions(draft, where);
      const recorded: UdpExchangeEvents = {
        message(bytes) {
          asked.replied(bytes);
          events.message(bytes);
        },
        failed(code) {
          draft.failed(where, code);
          events.failed(code);
        },
      };
      const exchange = upstream.openUdp(server, recorded, half);
      return { ...delegated(exchange), send: (bytes) => (asked.sent(bytes), exchange.send(bytes)) };
    },
    openTcp(server, events) {
      const where = at(server, 'tcp');
      const asked = askedQuestions(draft, where);
      const exchange = upstream.openTcp(server, {
        ...events,
        message(bytes) {
          asked.replied(bytes);
          events.message(bytes);
        },
        failed(reason, code) {
          draft.failed(where, reason === 'closed' ? 'EOF' : code);
          events.failed(reason, code);
        },
      });
      return { ...delegated(exchange), send: (bytes) => (asked.sent(bytes), exchange.send(bytes)) };
    },
  };
}

function addressOf({ port: _port, ...server }: ServerAddress): string {
  return formatServerAddress(server);
}

interface Delegated {
  readonly isWaiting: boolean;
  close(): void;
}

function delegated(exchange: { readonly isWaiting?: boolean; close(): void }): Delegated {
  return {
    get isWaiting() {
      return exchange.isWaiting === true;
    },
    close: () => exchange.close(),
  };
}

/** The questions of one socket, by their IDs. */
function askedQuestions(draft: RecordDraft, where: At) {
  const questions = new Map<number, ExpectedReply>();
  return {
    sent(bytes: Uint8Array): void {
      const question = readQuestion(bytes, headerBytes);
      if (question === undefined) return;
      const id = readUint16(bytes, 0);
      questions.set(id, { id, name: question.name, type: question.type, class: question.class });
      draft.asked(formatName(question.name), where, question.type);
    },
    replied(bytes: Uint8Array): void {
      const expected = bytes.length < 2 ? undefined : questions.get(readUint16(bytes, 0));
      if (expected !== undefined) draft.replied(where, expected.type, readReply(bytes, expected, where.transport));
    },
  };
}

/** What is counted and logged nowhere: silence, and answers of the hosts file. */
function recordedMetrics(metrics: Metrics<SidecarMetrics>, draft: RecordDraft): Metrics<SidecarMetrics> {
  const unchecked = metrics.inc as UncheckedInc;
  const inc: UncheckedInc = (name, labels = {}, by) => {
    if (name === 'alpine_resolver_upstream_replies_total' && labels['class'] === 'lost')
      draft.silent(labels['server'] ?? '');
    if (name === 'alpine_resolver_hosts_answers_total') draft.fromHosts();
    unchecked(name, labels, by);
  };
  const counter: UncheckedCounter = (name, labels) => ({ inc: () => inc(name, labels) });
  return { ...metrics, inc, counter };
}

type UncheckedCounter = (name: string, labels?: Readonly<Record<string, string>>) => Counter;
type UncheckedInc = (name: string, labels?: Readonly<Record<string, string>>, by?: number) => void;

function recordedLog(draft: RecordDraft): Log {
  return {
    error() {},
    warn() {},
    info() {},
    debug(event, ...[fields]) {
      if (event === 'search') draft.ended();
      if (event === 'candidate') draft.judged((fields as unknown as { outcome: CandidateOutcomeCode }).outcome);
    },
    enabled: () => true,
    setLevel() {},
  };
}
