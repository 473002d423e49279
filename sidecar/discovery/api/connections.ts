/** Which connection makes room where there are too many. Pure. */

export interface ApiConnection {
  /** Of the peer. */
  readonly address: string;
  /** A whole request has come, and its answer is on the way; else it waits for one. */
  readonly isBusy: boolean;
}

/**
 * Of those that wait, the one that has for the longest, of the peer that has the most of them: a peer that opens many keeps nobody out
 * but itself. `connections` are in the order in which they began to wait, the new one among them; undefined: none waits.
 */
export function connectionToClose<One extends ApiConnection>(connections: Iterable<One>): One | undefined {
  const waiting = Map.groupBy(
    [...connections].filter(({ isBusy }) => !isBusy),
    ({ address }) => address,
  );
  let most: readonly One[] = [];
  for (const ofPeer of waiting.values()) if (ofPeer.length > most.length) most = ofPeer;
  return most[0];
}
