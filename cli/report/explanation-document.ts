/** An explanation as a document for programs: docs/schemas/explanation-v1.schema.json says what it holds. */
import type { ChosenMusl } from '../models/alpine-releases.ts';
import { documentVersion } from '../terminal/output-format.ts';
import type { Lookup } from './comparison.ts';
import { isDifferent, type ExplainedParting, type ExplainedTimeline, type Explanation } from './explanation.ts';
import { pageOf } from './explanation-text.ts';
import { recordOf } from './lookup-records.ts';

export function explanationDocument(explanation: Explanation): object {
  const { name, source, musl, isSimulated, isAnswered, glibc, alone, sidecar, partings, timelines, real } = explanation;
  const [glibcTimeline, ...others] = timelines;
  const sidecarTimeline = others.at(-1);
  return {
    apiVersion: documentVersion,
    kind: 'Explanation',
    name,
    source,
    musl: { kind: musl.kind, members: musl.members.map(memberOf) },
    isSimulated,
    isAnswered,
    isDifferent: isDifferent(explanation),
    glibc: { ...endOf(glibc), ...stepsOf(glibcTimeline) },
    alone: alone.map(({ members, lookup }, i) => ({
      musl: members.map(memberOf),
      ...endOf(lookup),
      ...stepsOf(others[i]),
    })),
    sidecar: {
      isFromHosts: sidecar.isFromHosts,
      queries: sidecar.lookup.queries,
      elapsedMs: rounded(sidecar.lookup.elapsedMs),
      ...stepsOf(sidecarTimeline),
      clients: sidecar.clients.map(({ members, lookup }) => ({ musl: members.map(memberOf), ...endOf(lookup) })),
    },
    partings: partings.map(partingOf),
    real: real.map(({ title, lookup }) => ({ title, ...endOf(lookup) })),
  };
}

function memberOf({ version, alpine, generation }: ChosenMusl): object {
  return { version, ...(alpine !== undefined && { alpine }), generation: generation.name };
}

function endOf({ outcome, addresses, canonicalName, queries, elapsedMs }: Lookup): object {
  return {
    outcome,
    addresses,
    ...(canonicalName !== undefined && { canonicalName }),
    queries,
    elapsedMs: rounded(elapsedMs),
  };
}

function stepsOf(explained: ExplainedTimeline | undefined): object {
  if (explained === undefined) return { candidates: [] };
  const { candidates, rejected } = recordOf(explained.timeline);
  return {
    ...(rejected !== undefined && { rejected }),
    candidates: candidates.map(({ entry, startMs, endMs, steps, ...candidate }, i) => ({
      ...candidate,
      ...(entry !== undefined && { entry }),
      startMs: rounded(startMs),
      endMs: rounded(endMs),
      words: explained.words[i] ?? '',
      steps: steps.map((step) => ({
        ...step,
        atMs: rounded(step.atMs),
        ...('waitedMs' in step && { waitedMs: rounded(step.waitedMs) }),
      })),
    })),
  };
}

function partingOf({ number, who, members, candidate, text, isDifference }: ExplainedParting): object {
  return {
    ...(number !== undefined && { number, page: pageOf(number) }),
    who,
    musl: members.map(memberOf),
    ...(candidate !== undefined && { candidate }),
    text,
    isDifference,
  };
}

/** Microseconds are enough. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
