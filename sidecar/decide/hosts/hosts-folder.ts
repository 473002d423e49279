/**
 * Which files of a folder of hosts files are read, and when, as a step function: what the folder holds goes in, what is to be
 * read comes out. A program that writes a file piece by piece is given the time to end. No I/O, no clock.
 */

export interface FolderState {
  readonly files: ReadonlyMap<string, SeenFile>;
}

export interface SeenFile {
  /** What differs after a change; `undefined`: it is gone. */
  readonly identity: string | undefined;
  /** Since when it is as it is, on the monotonic clock, in milliseconds. */
  readonly since: number;
  /** It was read, or let go, as it is. */
  readonly isTaken: boolean;
}

export interface FolderStep {
  readonly state: FolderState;
  /** Names of files, in the order of the folder. */
  readonly read: readonly string[];
  /** Names of those whose text counts no longer. */
  readonly drop: readonly string[];
}

/** How long a file does not change before it is read, in milliseconds. */
export const stillMs = 500;

/** Files of one folder that are read. */
export const maxHostsFiles = 256;

/** Files that editors and programs leave beside the one that they write. */
export function isHostsFileName(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('~') && !name.endsWith('.tmp');
}

/** By the bytes of their names: the order is the same whatever the locale. */
export function inByteOrder(names: readonly string[]): string[] {
  const encoder = new TextEncoder();
  const keyed = names.map((name) => ({ name, key: String.fromCharCode(...encoder.encode(name)) }));
  return keyed.toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(({ name }) => name);
}

/** At the start all of it is read at once, and again when it has been still. `found`: identities by name. */
export function startFolder(found: ReadonlyMap<string, string>, now: number): FolderStep {
  const files = new Map([...found].map(([name, identity]) => [name, { identity, since: now, isTaken: false }]));
  return { state: { files }, read: inByteOrder([...found.keys()]), drop: [] };
}

export function stepFolder(state: FolderState, found: ReadonlyMap<string, string>, now: number): FolderStep {
  const names = inByteOrder([...new Set([...found.keys(), ...state.files.keys()])]);
  const files = new Map<string, SeenFile>();
  const read: string[] = [];
  const drop: string[] = [];
  for (const name of names) {
    const file = seen(state.files.get(name), found.get(name), now);
    const isDue = !file.isTaken && now - file.since >= stillMs;
    if (isDue) (file.identity === undefined ? drop : read).push(name);
    // Of one that is gone nothing is left to know.
    if (file.identity !== undefined || !isDue) files.set(name, isDue ? { ...file, isTaken: true } : file);
  }
  return { state: { files }, read, drop };
}

/** It could not be read now, for want of something that has nothing to do with it. */
export function readAgain({ files }: FolderState, name: string): FolderState {
  const file = files.get(name);
  return { files: file === undefined ? files : new Map([...files, [name, { ...file, isTaken: false }]]) };
}

function seen(before: SeenFile | undefined, identity: string | undefined, now: number): SeenFile {
  return before !== undefined && before.identity === identity ? before : { identity, since: now, isTaken: false };
}
