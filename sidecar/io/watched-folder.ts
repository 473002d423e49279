/** Reads the hosts files of a folder again whenever they change: performs what `decide/hosts/hosts-folder` decides. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  isHostsFileName,
  inByteOrder,
  maxHostsFiles,
  readAgain,
  startFolder,
  stepFolder,
} from '../decide/hosts/hosts-folder.ts';
import type { FolderState } from '../decide/hosts/hosts-folder.ts';
import type { HostsSource } from '../decide/hosts/hosts-table.ts';
import { errorName, identifyByStat, lacksDescriptors, readText } from './read-text.ts';

export interface WatchedFolder {
  readonly path: string;
  /** What was read, in the order of the folder. */
  readonly sources: readonly HostsSource[];
  /** Looks at all files. Returns what changed: files that were read or are gone, and what is wrong with the folder. */
  poll(): readonly FolderChange[];
}

export interface FolderChange {
  readonly path: string;
  /** Why it cannot be read, or not in full. */
  readonly problem: string | undefined;
}

export interface WatchedFolderOptions {
  /** Of all files together; of what is larger the whole lines within it are read. */
  readonly maxBytes: number;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

/** Nothing is read before the first call of `poll`. */
export function watchFolder(path: string, { maxBytes, now }: WatchedFolderOptions): WatchedFolder {
  const texts = new Map<string, string>();
  const problems = new Map<string, string | undefined>();
  let state: FolderState | undefined;
  let folderProblem: string | undefined;

  /** A folder that cannot be listed leaves what it said. */
  function list(): { found: Map<string, string> | undefined; problem: string | undefined } {
    try {
      const names = inByteOrder(readdirSync(path).filter(isHostsFileName));
      const found = new Map(names.slice(0, maxHostsFiles).map((name) => [name, identifyByStat(join(path, name))]));
      const problem = names.length > maxHostsFiles ? `only the first ${maxHostsFiles} files are read` : undefined;
      return { found, problem };
    } catch (error) {
      return { found: undefined, problem: errorName(error) };
    }
  }

  function freeBytes(name: string): number {
    const others = [...texts].filter(([other]) => other !== name).map(([, text]) => text.length);
    return Math.max(
      0,
      others.reduce((free, taken) => free - taken, maxBytes),
    );
  }

  /** Undefined: nothing is new. */
  function read(name: string): FolderChange | undefined {
    const file = join(path, name);
    const reading = readText(file, freeBytes(name));
    const { text, problem } = reading;
    // What was read before still stands.
    if (lacksDescriptors(reading)) {
      state = state && readAgain(state, name);
      return undefined;
    }
    if (text === texts.get(name) && problem === problems.get(name)) return undefined;
    problems.set(name, problem);
    if (text !== undefined) texts.set(name, text);
    return { path: file, problem };
  }

  function drop(name: string): FolderChange[] {
    problems.delete(name);
    return texts.delete(name) ? [{ path: join(path, name), problem: undefined }] : [];
  }

  return {
    path,
    get sources() {
      return inByteOrder([...texts.keys()]).map((name) => ({ path: join(path, name), text: texts.get(name) ?? '' }));
    },
    poll() {
      const { found, problem } = list();
      const news = problem === folderProblem ? [] : [{ path, problem }];
      folderProblem = problem;
      if (found === undefined) return news;
      const step = state === undefined ? startFolder(found, now()) : stepFolder(state, found, now());
      ({ state } = step);
      return [...news, ...step.read.flatMap((name) => read(name) ?? []), ...step.drop.flatMap(drop)];
    },
  };
}
