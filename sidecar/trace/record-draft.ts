/** The record of a lookup while it grows. */
import type {
  CandidateConclusion,
  CandidateRecord,
  LookupRecord,
  StepRecord,
} from '../../shared/report/lookup-record.ts';
import type { CandidateOutcomeCode } from '../../shared/report/reasons.ts';
import type { ReadReply } from './reply-record.ts';

type Query = Extract<StepRecord, { kind: 'query' }>;
type Where = Pick<Query, 'server' | 'transport'>;

export interface RecordDraft {
  asked(name: string, where: Where, type: number): void;
  replied(where: Where, type: number, read: ReadReply): void;
  failed(where: Where, code: string): void;
  /** The time of this server is over. */
  silent(address: string): void;
  /** The candidate has its outcome; by its name one is known that was not asked for. */
  judged(outcome: CandidateOutcomeCode, name?: string): void;
  fromHosts(): void;
  /** The search has: what a client makes the pipeline do later is no part of it. */
  ended(): void;
  record(): LookupRecord;
}

const conclusions: Readonly<Record<CandidateOutcomeCode, CandidateConclusion>> = {
  pos: 'found',
  unusable: 'unusable',
  unreadable: 'unusable',
  nodata: 'no-data',
  nx: 'no-such-name',
  sf: 'server-failure',
  temp: 'temporary',
  fatal: 'fatal',
  dead: 'refused',
};

interface CandidateDraft extends Omit<CandidateRecord, 'limits'> {
  endMs: number;
  readonly steps: StepRecord[];
  conclusion: CandidateConclusion;
}

export function createRecordDraft(now: () => number, asked: string): RecordDraft {
  const startMs = now();
  const elapsedMs = (): number => now() - startMs;
  const candidates: CandidateDraft[] = [];
  let isFromHosts = false;
  let isOver = false;

  /** The candidate whose turn it is. */
  const current = (): CandidateDraft | undefined => {
    const last = candidates.at(-1);
    return !isOver && last?.conclusion === 'open' ? last : undefined;
  };
  const add = (step: StepRecord): void => void current()?.steps.push(step);
  const open = (name: string): void => {
    if (isOver || current()?.name === name) return;
    const at = { startMs: elapsedMs(), endMs: elapsedMs() };
    candidates.push({ name, entry: entryOf(name, asked), ...at, steps: [], conclusion: 'open' });
  };

  return {
    asked(name, where, type) {
      open(name);
      add({ kind: 'query', atMs: elapsedMs(), ...where, type });
    },
    replied: (where, type, read) => add({ kind: 'reply', atMs: elapsedMs(), ...where, type, ...read }),
    failed: (where, code) => add({ kind: 'failure', atMs: elapsedMs(), ...where, code }),
    silent(address) {
      const query = current()?.steps.findLast(
        (step): step is Query => step.kind === 'query' && step.server.address === address,
      );
      if (query === undefined) return;
      const atMs = elapsedMs();
      add({ kind: 'silence', atMs, server: query.server, waitedMs: atMs - query.atMs });
    },
    judged(outcome, name) {
      if (name !== undefined) open(name);
      const candidate = current();
      if (candidate === undefined) return;
      candidate.conclusion = conclusions[outcome];
      candidate.endMs = elapsedMs();
    },
    fromHosts() {
      isFromHosts = true;
    },
    ended() {
      isOver = true;
    },
    record: () => ({
      candidates: candidates.map((candidate) => ({ ...candidate, steps: [...candidate.steps], limits: [] })),
      ...(isFromHosts && { isFromHosts }),
    }),
  };
}

function entryOf(name: string, asked: string): string | undefined {
  const [short, long] = [asked.replace(/\.$/, '').toLowerCase(), name.toLowerCase()];
  return long.startsWith(`${short}.`) ? name.slice(short.length + 1) : undefined;
}
