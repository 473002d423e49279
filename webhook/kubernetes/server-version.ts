/** The release of an API server, as far as an injection depends on it. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
}

/** Native sidecars are on by default since then (KEP-753, beta). */
export const minServerVersion: ServerVersion = { major: 1, minor: 29 };

export function hasNativeSidecars(version: ServerVersion | undefined): boolean {
  return version === undefined || isAtLeast(version, minServerVersion);
}

export function isAtLeast(version: ServerVersion, { major, minor }: ServerVersion): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
