/** What the soak says at each of its points. */
export interface SoakReport {
  readonly percent: number;
  readonly queries: number;
  readonly replies: number;
  readonly upstreamQueries: number;
  readonly simulatedSeconds: number;
  /** After a full collection. */
  readonly heapBytes: number;
  /** Outside the heap. */
  readonly buffersBytes: number;
}
