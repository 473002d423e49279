/** Timelines of the models and records of lookups, which say the same. */
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import type { CandidateTimeline, Timeline, TimelineStep } from '../models/timeline.ts';

export function recordOf({ candidates, rejected }: Timeline): LookupRecord {
  return {
    candidates: candidates.map((candidate) => ({ ...candidate, limits: [...candidate.limits] })),
    ...(rejected !== undefined && { rejected }),
  };
}

export function timelineOf({ candidates, rejected }: LookupRecord): Timeline {
  return {
    candidates: candidates.map((candidate) => ({
      ...candidate,
      steps: [...candidate.steps],
      limits: new Set(candidate.limits),
    })),
    ...(rejected !== undefined && { rejected }),
  };
}

/** With times from the start of the lookup. */
export function withoutStart({ candidates, ...rest }: Timeline, startMs: number): Timeline {
  return {
    ...rest,
    candidates: candidates.map((candidate) => ({
      ...candidate,
      startMs: candidate.startMs - startMs,
      endMs: candidate.endMs - startMs,
      steps: candidate.steps.map((step) => ({ ...step, atMs: step.atMs - startMs })),
    })),
  };
}

/** But for their times, and for the order in which replies came. */
export function isSameTimeline(a: Timeline | undefined, b: Timeline | undefined): boolean {
  return textOf(a) === textOf(b);
}

function textOf(timeline: Timeline | undefined): string {
  const candidates = (timeline?.candidates ?? []).map(({ name, conclusion, limits, steps }: CandidateTimeline) => ({
    name,
    conclusion,
    limits: [...limits],
    steps: steps.map(stepText).toSorted(),
  }));
  return JSON.stringify([candidates, timeline?.rejected]);
}

function stepText(step: TimelineStep): string {
  const waited = 'waitedMs' in step ? { waitedMs: Math.round(step.waitedMs / 100) } : {};
  return JSON.stringify({ ...step, ...waited, atMs: 0 });
}
