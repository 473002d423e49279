/** Which of the numbered divergences it is, at the candidate where musl and glibc part. */
import type { CandidateTimeline } from '../models/timeline.ts';
import { endpointText, halvesOf, type Half } from './evidence.ts';
import type { MuslDivergenceNumber } from './musl-divergences.ts';

const rcodeNxdomain = 3;

/** @param isLast musl asks no candidate after this one */
export function partingNumber(m: CandidateTimeline, g: CandidateTimeline, isLast: boolean): MuslDivergenceNumber {
  const halves = halvesOf(m);
  switch (m.conclusion) {
    case 'passed-over':
    case 'not-encodable':
      return 'M10';
    case 'no-such-name':
      if (hasAddresses(halves) && halves.some(isDenied)) return 'M3';
      if (isOtherServer(m, g)) return 'M6';
      return isLast ? 'M1' : 'M6';
    case 'no-data':
      return noDataNumber(m, g);
    case 'temporary':
      return temporaryNumber(m, halves);
    case 'found':
      return foundNumber(m, g, halves);
    default:
      return 'M5';
  }
}

/** Both took a reply, of another server each. */
export function isOtherServer(m: CandidateTimeline, g: CandidateTimeline): boolean {
  const servers = (candidate: CandidateTimeline) =>
    halvesOf(candidate).map(({ isTaken, server }) => (isTaken && server !== undefined ? endpointText(server) : ''));
  const theirs = servers(g);
  return servers(m).some((server, i) => server !== '' && theirs[i] !== '' && theirs[i] !== server);
}

function noDataNumber(m: CandidateTimeline, g: CandidateTimeline): MuslDivergenceNumber {
  if (m.limits.size > 0) return 'M9';
  if (isTruncated(halvesOf(m))) return 'M7';
  return isOtherServer(m, g) ? 'M6' : 'M2';
}

function temporaryNumber(m: CandidateTimeline, halves: readonly Half[]): MuslDivergenceNumber {
  if (m.steps.some((step) => step.kind === 'failure' && step.transport === 'tcp')) return 'M8';
  if (m.entry === '.') return 'M10';
  return halves.some(({ isTaken }) => isTaken) ? 'M4' : 'M5';
}

function foundNumber(m: CandidateTimeline, g: CandidateTimeline, halves: readonly Half[]): MuslDivergenceNumber {
  const isCut = m.steps.some((step) => step.kind === 'reply' && step.use === 'cut');
  if (isCut || m.limits.size > 0) return 'M9';
  if (isTruncated(halves)) return 'M7';
  if (g.conclusion === 'found' || g.conclusion === 'unusable') return isOtherServer(m, g) ? 'M6' : 'M12';
  return 'M6';
}

function isTruncated(halves: readonly Half[]): boolean {
  return halves.some(({ step, isTaken }) => isTaken && step?.kind === 'reply' && step.reply.isTruncated);
}

function hasAddresses(halves: readonly Half[]): boolean {
  return halves.some(({ addresses }) => addresses.length > 0);
}

function isDenied({ step }: Half): boolean {
  return step?.kind === 'reply' && step.reply.rcode === rcodeNxdomain;
}
