/** How many pods each release has. */

export interface VersionCount {
  /** Empty: it does not say. */
  readonly version: string;
  readonly pods: number;
}

export interface VersionCounts {
  add(version: string): void;
  /** The most frequent first. */
  result(): VersionCount[];
}

export function createVersionCounts(): VersionCounts {
  const counts = new Map<string, number>();
  return {
    add: (version) => void counts.set(version, (counts.get(version) ?? 0) + 1),
    result: () =>
      [...counts]
        .map(([version, pods]) => ({ version, pods }))
        .toSorted((a, b) => b.pods - a.pods || (a.version < b.version ? -1 : 1)),
  };
}
