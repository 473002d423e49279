/** What musl made of one candidate, in words, from what it recorded. */
import type { MuslConfiguration } from '../models/musl-configuration.ts';
import type { MuslGeneration } from '../models/musl-generations.ts';
import type { CandidateTimeline } from '../models/timeline.ts';
import { countText, halvesOf, secondsText, typeText, type Half } from './evidence.ts';

const maxAddresses = 48;
const maxCandidateBytes = 255;
const rcodeServfail = 2;
const rcodeNxdomain = 3;

export interface MuslView {
  readonly configuration: MuslConfiguration;
  readonly generation: MuslGeneration;
}

/**
 * Without its subject: `drops the address that A brought`.
 * @param found addresses that came out of the lookup
 */
export function muslWords(candidate: CandidateTimeline, view: MuslView, found: number): string {
  const halves = halvesOf(candidate);
  switch (candidate.conclusion) {
    case 'found':
      return foundWords(candidate, halves, view, found);
    case 'no-such-name': {
      const denied = halves.find(({ step }) => step?.kind === 'reply' && step.reply.rcode === rcodeNxdomain);
      return denied === undefined ? '' : droppedWords(halves, denied.type, 'drops');
    }
    case 'no-data':
      return `${limitWords(candidate, view) ?? ''}stops there without an address`;
    case 'temporary':
      return temporaryWords(candidate, halves, view);
    case 'passed-over':
      return Buffer.byteLength(candidate.name) > maxCandidateBytes
        ? 'passes over that name, which is too long'
        : `passes over ${entryText(candidate)}`;
    case 'not-encodable':
      return `gives up at ${entryText(candidate)}`;
    default:
      return '';
  }
}

function entryText({ entry, name }: CandidateTimeline): string {
  return entry === undefined ? `${name}, which is no name` : `the search entry ${JSON.stringify(entry)}`;
}

function foundWords(candidate: CandidateTimeline, halves: readonly Half[], view: MuslView, found: number): string {
  const sent = halves.reduce((sum, { addresses }) => sum + addresses.length, 0);
  const cut = halves.map(({ step }) => step).find((step) => step?.kind === 'reply' && step.use === 'cut');
  if (cut?.kind === 'reply')
    return `cuts the reply of ${cut.reply.bytes} bytes at ${view.generation.bufferBytes} and keeps ${countText(found)}`;
  if (candidate.limits.has('addresses')) return `keeps ${maxAddresses} of ${countText(sent)}`;
  if (halves.some(({ step }) => step?.kind === 'reply' && step.reply.isTruncated))
    return `${view.generation.usesTcp ? 'takes the truncated reply' : 'has no TCP'} and keeps ${countText(found)}`;
  const limit = limitWords(candidate, view);
  return limit === undefined ? `takes ${countText(found)}` : `${limit}keeps ${countText(found)}`;
}

/** Ends where the next verb follows. */
function limitWords({ limits }: CandidateTimeline, { generation }: MuslView): string | undefined {
  if (limits.has('records')) return `reads no reply with more than ${generation.maxRecords} records, and `;
  if (limits.has('pointer')) return `reads no further than names behind byte ${generation.maxPointer}, and `;
  if (limits.has('damage')) return 'stops reading at a fault in the reply, and ';
  return undefined;
}

/** @param lost the half whose end is that of both */
function droppedWords(halves: readonly Half[], lost: number, verb: string): string {
  const other = halves.find(({ type, addresses }) => type !== lost && addresses.length > 0);
  if (other === undefined) return '';
  const what = other.addresses.length === 1 ? 'the address' : `the ${other.addresses.length} addresses`;
  return `${verb} ${what} that ${typeText(other.type)} brought`;
}

function temporaryWords(
  candidate: CandidateTimeline,
  halves: readonly Half[],
  { configuration, generation }: MuslView,
): string {
  if (halves.length === 0) return 'gives up without a query';
  const missing = halves.find(({ isTaken }) => !isTaken);
  if (missing === undefined) return 'gives up';
  const { step } = missing;
  const timeoutMs = configuration.timeoutSeconds * 1000;
  const dropped = droppedWords(halves, missing.type, 'dropping');
  const end = `gives up${dropped === '' ? '' : `, ${dropped}`}`;
  const isOutOfTime = candidate.endMs - candidate.startMs >= timeoutMs;
  if (!isOutOfTime) return step?.kind === 'reply' || step?.kind === 'failure' ? `${end} at that` : end;
  const until = `until its ${secondsText(timeoutMs)} are over, and ${end}`;
  if (step?.kind === 'reply') return `${step.reply.rcode === rcodeServfail ? 'asks again' : 'ignores that'} ${until}`;
  return `${malformedWords(candidate, generation)}waits ${until}`;
}

/** __res_mkquery before 1.2.4 takes the dot for the length of a label. Ends where the next verb follows. */
function malformedWords({ entry }: CandidateTimeline, { skipsEmptyLabels }: MuslGeneration): string {
  const isMalformed = entry === '.' && !skipsEmptyLabels;
  return isMalformed ? 'sends a query that no server can read, because of the search entry ".", and ' : '';
}
