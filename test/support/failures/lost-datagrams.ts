/** A lookup on a network that loses datagrams: by the first list, of the seeds from 1, that any of the resolvers feels. */
import type { StagedLookup } from '../../../cli/check/what-if-play.ts';
import { candidateNames, lossList, withLoss } from '../../../cli/simulation/loss.ts';
import type { PlayedEnds, StagedRow } from './staged-pod.ts';

/** That of `check`, and one of which more than a repetition is felt. */
export const lossShares = [0.05, 0.3] as const;

/** With fewer losses than these feel, a lookup has none. */
const maxSeeds = 50;

/** @param well the lookup while nothing is lost */
export async function lossRow(
  well: StagedLookup,
  share: number,
  play: (lookup: StagedLookup, title: string) => Promise<StagedRow>,
): Promise<StagedRow[]> {
  const { servers, search } = well.read.glibc;
  const names = candidateNames(well.name, search);
  const addresses = servers.map(({ address }) => address);
  const title = `${share * 100} % loss`;
  const unfelt = await play(well, title);
  for (let seed = 1; seed <= maxSeeds; seed++) {
    const script = withLoss(well.script, lossList({ seed, share }, addresses, names));
    const row = await play({ ...well, script }, title);
    if (isFelt(row, unfelt)) return [row];
  }
  return [];
}

function isFelt(ends: PlayedEnds, well: PlayedEnds): boolean {
  return (['glibc', 'musl', 'sidecar'] as const).some(
    (who) => ends[who].outcome !== well[who].outcome || ends[who].elapsedMs !== well[who].elapsedMs,
  );
}
