/** What docs/architecture.md says of the rooms: one row each, `| room | what it holds | what it may import |`. */
import type { Room } from './walls.ts';

type Rooms = Readonly<Record<string, Room>>;

/**
 * `a/*`: all rooms of the folder a, without the room itself; `a/{b,c}`: these two. Names of the room's own program have no
 * program in front.
 */
export function importsText(name: string, rooms: Rooms): string {
  const { below = [], packages = /^$/ } = rooms[name] ?? {};
  const [program = ''] = name.split('/');
  const rest = new Set(below);
  const words = foldersOf(rooms).flatMap((folder) => wholeFolder(folder, name, rooms, rest));
  const own = (word: string): string => (word.startsWith(`${program}/`) ? word.slice(program.length + 1) : word);
  const all = [...grouped([...rest], program), ...words].map(own);
  return [...all, ...packagesOf(packages)].map((word) => `\`${word}\``).join(' ');
}

/** Takes the rooms of a folder out of `rest` where all of them are in it. */
function wholeFolder(folder: string, name: string, rooms: Rooms, rest: Set<string>): string[] {
  const inside = Object.keys(rooms).filter((room) => room === folder || room.startsWith(`${folder}/`));
  const others = inside.filter((room) => room !== name);
  if (others.length < 2 || !others.every((room) => rest.has(room))) return [];
  for (const room of others) rest.delete(room);
  return [`${folder}/*`];
}

/** Names of one folder in braces, but for those of the program itself. */
function grouped(names: readonly string[], program: string): string[] {
  const byFolder = Map.groupBy(names, (name) => name.slice(0, name.lastIndexOf('/')));
  return [...byFolder].flatMap(([folder, inside]) => {
    if (folder === program) return inside;
    const last = inside.map((name) => name.slice(folder.length + 1));
    return last.length === 1 ? `${folder}/${last[0]}` : `${folder}/{${last.join(',')}}`;
  });
}

/** Folders that hold rooms, the outer ones first. */
function foldersOf(rooms: Rooms): string[] {
  const parents = Object.keys(rooms).flatMap((room) => {
    const steps = room.split('/').slice(0, -1);
    return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
  });
  return [...new Set(parents)].toSorted((left, right) => left.length - right.length);
}

const builtIns = ['node:crypto', 'node:net', 'node:util'];
const npmPackages = ['dns-packet', 'express', '@kubernetes/client-node', 'selfsigned', 'yaml'];

function packagesOf(pattern: RegExp): string[] {
  const ofNode = pattern.test('node:anything') ? ['node:*'] : builtIns.filter((name) => pattern.test(name));
  return [...ofNode, ...npmPackages.filter((name) => pattern.test(name))];
}

/** Room → what the table says that it may import. */
export function documentedRooms(page: string): Map<string, string> {
  const rows = page.matchAll(/^\| `((?:shared|sidecar|webhook|cli)\/[^`]*)` \| [^|]+ \| ([^|]*?) ?\|$/gm);
  return new Map([...rows].map(([, name = '', text = '']) => [name, text]));
}
