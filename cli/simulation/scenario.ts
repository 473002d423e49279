/** A scenario: a zone with faults in a file of the user's, YAML or JSON, as a script of nameservers. */
import { isIP } from 'node:net';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { UsageError } from '../terminal/usage-error.ts';
import { suggestName } from '../../shared/values/suggest-name.ts';
import { readReply, type Fault, type Path } from './scenario-reply.ts';
import type { ReplyScript, Script, ServerScript } from './script.ts';

export interface Scenario {
  /** The original configuration, where the file has one. */
  readonly resolvConf: string | undefined;
  readonly hostName: string | undefined;
  /** What every nameserver says that has no part of its own; undefined: such a one is not there. */
  readonly everyServer: ServerScript | undefined;
  readonly servers: Readonly<Record<string, ServerScript>>;
}

/** Throws with the place of a fault. */
export function readScenario(text: string, title: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${title}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) throw new UsageError(`${place(error.pos[0])}: ${error.message.split(' at line')[0]}`);
  const fault = (path: Path, message: string): UsageError =>
    new UsageError(`${place(offsetOf(document, path))}: ${message}`);
  return scenarioOf(document.toJS() as unknown, fault);
}

/** Each nameserver of a configuration as the scenario has it. */
export function scriptFor({ everyServer, servers }: Scenario, addresses: readonly string[]): Script {
  const script: Script = { servers: { ...servers } };
  for (const address of addresses) if (everyServer !== undefined) script.servers[address] ??= everyServer;
  return script;
}

const serverKeys = ['udp', 'tcp', 'names', 'otherwise'] as const;
const topKeys = ['description', 'resolvConf', 'hostName', 'servers', ...serverKeys] as const;

function scenarioOf(value: unknown, fault: Fault): Scenario {
  const top = objectOf(value, [], topKeys, fault);
  const servers = top['servers'] === undefined ? {} : objectOf(top['servers'], ['servers'], undefined, fault);
  const read = Object.entries(servers).map(([address, server]): [string, ServerScript] => {
    if (isIP(address) === 0) throw fault(['servers', address], `${address} is no IP address of a nameserver`);
    return [address, serverOf(server, ['servers', address], fault)];
  });
  const isForAll = serverKeys.some((key) => top[key] !== undefined);
  if (!isForAll && read.length === 0)
    throw fault([], 'a scenario has names (what every nameserver says) or servers (by address)');
  return {
    resolvConf: textOf(top['resolvConf'], ['resolvConf'], fault),
    hostName: textOf(top['hostName'], ['hostName'], fault),
    everyServer: isForAll ? serverOf(pick(top), [], fault) : undefined,
    servers: Object.fromEntries(read),
  };
}

function pick(top: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(serverKeys.flatMap((key) => (top[key] === undefined ? [] : [[key, top[key]]])));
}

const udpWords = ['open', 'closed'] as const;
const tcpWords = ['open', 'refused', 'close', 'once', 'stall'] as const;

function serverOf(value: unknown, path: Path, fault: Fault): ServerScript {
  if (value === 'silent') return { otherwise: 'LOST', tcp: 'stall' };
  if (value === 'closed') return { udp: 'closed', tcp: 'refused' };
  const server = objectOf(value, path, serverKeys, fault);
  const names: Record<string, ReplyScript | ReplyScript[]> = {};
  const given = server['names'] === undefined ? {} : objectOf(server['names'], [...path, 'names'], undefined, fault);
  for (const [key, reply] of Object.entries(given)) {
    const script = readReply(reply, [...path, 'names', key], fault);
    for (const name of scriptKeys(key)) names[name] = script;
  }
  const otherwise = server['otherwise'];
  const elsewhere = otherwise === undefined ? undefined : readReply(otherwise, [...path, 'otherwise'], fault);
  if (Array.isArray(elsewhere)) throw fault([...path, 'otherwise'], 'otherwise takes one reply, no sequence');
  return {
    names,
    ...wordOf('udp', udpWords, server, { path, fault }),
    ...wordOf('tcp', tcpWords, server, { path, fault }),
    ...(elsewhere !== undefined && { otherwise: elsewhere }),
  };
}

/** `Name.`, `name AAAA`, `*.name`, which stands for every name with one more label. */
function scriptKeys(key: string): string[] {
  const [name = '', type] = key.trim().split(/\s+/);
  const plain = name.toLowerCase().replace(/\.$/, '');
  if (type !== undefined) return [`${plain} ${type.toUpperCase()}`];
  return plain.startsWith('*.') ? [`${plain} A`, `${plain} AAAA`] : [plain];
}

function wordOf<Key extends string, Word extends string>(
  key: Key,
  words: readonly Word[],
  server: Readonly<Record<string, unknown>>,
  { path, fault }: { readonly path: Path; readonly fault: Fault },
): Partial<Record<Key, Word>> {
  const value = server[key];
  if (value === undefined) return {};
  const word = words.find((known) => known === value);
  if (word === undefined) throw fault([...path, key], `${key} is one of ${words.join(', ')}`);
  return { [key]: word } as Record<Key, Word>;
}

function textOf(value: unknown, path: Path, fault: Fault): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw fault(path, `${path.at(-1)} is a text`);
}

function objectOf(
  value: unknown,
  path: Path,
  keys: readonly string[] | undefined,
  fault: Fault,
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(
      path,
      `${path.at(-1) ?? 'a scenario'} is an object${keys === undefined ? '' : ` of ${keys.join(', ')}`}`,
    );
  for (const key of Object.keys(value)) {
    if (keys === undefined || keys.includes(key)) continue;
    const suggestion = suggestName(key, keys);
    const hint = suggestion === undefined ? `; there are ${keys.join(', ')}` : `, did you mean ${suggestion}?`;
    throw fault([...path, key], `${key} is not known here${hint}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Of the member's key, where there is one. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    if (pair === undefined) break;
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
