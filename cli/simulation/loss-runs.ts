/** Many runs of one lookup, each with losses of its own. Runs in which the same is lost are the same, and are played once. */
import { isLost, type QueryPlace } from './loss.ts';

export interface Runs<End> {
  /** One for each run. */
  readonly ends: readonly End[];
  /** How many were played; the others lost the same as one of them. */
  readonly played: number;
}

/** What is asked of a played run, query by query. */
export type LosesReply = (query: QueryPlace) => boolean;

/**
 * @param runs with the seeds from 1
 * @param play the lookup; it asks of each query over UDP, in the order in which they are sent
 */
export async function playRuns<End>(
  runs: number,
  share: number,
  play: (losesReply: LosesReply) => Promise<End>,
): Promise<Runs<End>> {
  const root: Step<End> = { query: undefined, kept: undefined, lost: undefined, end: undefined };
  const ends: End[] = [];
  let played = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const loss = { seed, share };
    let end = knownEnd(root, (query) => isLost(loss, query));
    if (end === undefined) {
      end = { value: await playedInto(root, play, (query) => isLost(loss, query)) };
      played++;
    }
    ends.push(end.value);
  }
  return { ends, played };
}

/** What a lookup does next, after what was lost and kept so far: it sends a query, or ends. */
interface Step<End> {
  query: QueryPlace | undefined;
  kept: Step<End> | undefined;
  lost: Step<End> | undefined;
  end: { readonly value: End } | undefined;
}

function knownEnd<End>(root: Step<End>, isLostNow: LosesReply): Step<End>['end'] {
  let step: Step<End> | undefined = root;
  while (step?.query !== undefined) step = isLostNow(step.query) ? step.lost : step.kept;
  return step?.end;
}

async function playedInto<End>(
  root: Step<End>,
  play: (losesReply: LosesReply) => Promise<End>,
  isLostNow: LosesReply,
): Promise<End> {
  let step = root;
  const value = await play((query) => {
    step.query ??= query;
    const isGone = isLostNow(query);
    const next = (isGone ? step.lost : step.kept) ?? {
      query: undefined,
      kept: undefined,
      lost: undefined,
      end: undefined,
    };
    if (isGone) step.lost = next;
    else step.kept = next;
    step = next;
    return isGone;
  });
  step.end = { value };
  return value;
}
