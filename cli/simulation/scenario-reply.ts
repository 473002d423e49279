/** What a scenario says of one name, as the reply of a script. */
import { isIP } from 'node:net';
import { suggestName } from '../../shared/values/suggest-name.ts';
import type { ReplyDetails, ReplyScript } from './script.ts';

/** Words for replies without records. */
export const replyWords: Readonly<Record<string, ReplyScript>> = {
  NXDOMAIN: 'NX',
  NODATA: 'EMPTY',
  SERVFAIL: 'SF',
  REFUSED: 'RF',
  NOTIMP: 'NI',
  FORMERR: { is: 'ODD', rcode: 1 },
  lame: 'LAME',
  silent: 'LOST',
};

const keys = ['reply', 'addresses', 'alias', 'delay', 'truncated', 'tcp', 'sequence'] as const;
const accepted = `an address, a list of addresses, one of ${Object.keys(replyWords).join(', ')}, or an object of ${keys.join(', ')}`;

/** Keys from the top of the file. */
export type Path = readonly string[];

/** Makes the error, with its place; who found the fault throws it. */
export type Fault = (path: Path, message: string) => Error;

/** Several: for the first, the second query; the last one stays. */
export function readReply(value: unknown, path: Path, fault: Fault): ReplyScript | ReplyScript[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return readObject(value, path, fault);
  return readPlain(value, path, fault);
}

function readPlain(value: unknown, path: Path, fault: Fault): ReplyScript {
  if (typeof value === 'string' && isIP(value) !== 0) return { is: 'DATA', addresses: [value] };
  if (Array.isArray(value)) return { is: 'DATA', addresses: readAddresses(value, path, fault) };
  const word = typeof value === 'string' ? replyWords[value] : undefined;
  if (word !== undefined) return word;
  const suggestion = typeof value === 'string' ? suggestName(value, Object.keys(replyWords)) : undefined;
  throw fault(path, `this is no reply: ${suggestion === undefined ? accepted : `did you mean ${suggestion}?`}`);
}

function readObject(value: object, path: Path, fault: Fault): ReplyScript | ReplyScript[] {
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((key) => !(keys as readonly string[]).includes(key));
  if (unknown !== undefined) throw fault([...path, unknown], `${unknown} is not known here; a reply is ${accepted}`);
  const { sequence } = given;
  if (sequence !== undefined) {
    if (!Array.isArray(sequence) || sequence.length === 0 || Object.keys(given).length > 1)
      throw fault([...path, 'sequence'], 'sequence is a list of replies, and stands alone');
    return sequence.flatMap((item) => readReply(item, [...path, 'sequence'], fault));
  }
  return detailsOf(given, path, fault);
}

function detailsOf(given: Readonly<Record<string, unknown>>, path: Path, fault: Fault): ReplyDetails {
  const { reply, addresses, delay, truncated } = given;
  const chain = readChain(given['alias'], [...path, 'alias'], fault);
  if (![undefined, true, false].includes(truncated as boolean | undefined))
    throw fault([...path, 'truncated'], 'truncated is true or false');
  const base = reply === undefined ? undefined : readPlain(reply, [...path, 'reply'], fault);
  const found = addresses === undefined ? undefined : readAddresses(addresses, [...path, 'addresses'], fault);
  const withoutFound = chain.length > 0 ? 'ALIAS' : 'EMPTY';
  const plain: ReplyScript = base ?? (found === undefined ? withoutFound : 'DATA');
  return {
    ...(typeof plain === 'string' ? { is: plain } : plain),
    ...(found !== undefined && { addresses: found }),
    ...(chain.length > 0 && { chain }),
    ...(delay !== undefined && { delayMs: readDelay(delay, [...path, 'delay'], fault) }),
    ...(truncated !== undefined && { truncated: truncated as boolean }),
    ...tcpOf(given['tcp'], [...path, 'tcp'], fault),
  };
}

function readChain(value: unknown, path: Path, fault: Fault): string[] {
  const names = value === undefined ? [] : [value].flat();
  return names.map((name: unknown) => {
    if (typeof name === 'string') return name.replace(/\.$/, '');
    throw fault(path, 'alias is a name, or a list of names');
  });
}

const tcpFaults = { close: 'CLOSE', reset: 'RESET', stall: 'STALL' } as const;

function tcpOf(value: unknown, path: Path, fault: Fault): Pick<ReplyDetails, 'tcp'> {
  if (value === undefined) return {};
  if (typeof value === 'string' && value in tcpFaults) return { tcp: tcpFaults[value as keyof typeof tcpFaults] };
  const reply = readReply(value, path, fault);
  if (Array.isArray(reply)) throw fault(path, 'tcp takes one reply, or close, reset or stall');
  return { tcp: reply };
}

function readAddresses(value: unknown, path: Path, fault: Fault): string[] {
  const list = [value].flat();
  return list.map((item: unknown) => {
    if (typeof item === 'string' && isIP(item) !== 0) return item;
    throw fault(path, `${JSON.stringify(item)} is no IP address`);
  });
}

/** `300ms`, `2s`, or milliseconds. */
function readDelay(value: unknown, path: Path, fault: Fault): number {
  const [, digits, unit] = /^(\d{1,6}(?:\.\d+)?)(ms|s)?$/.exec(String(value)) ?? [];
  if (digits === undefined) throw fault(path, 'delay is a time such as 300ms or 2s');
  return Number(digits) * (unit === 's' ? 1000 : 1);
}
