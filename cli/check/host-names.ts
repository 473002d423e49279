/** Names of hosts that stand in a pod as they are. Nothing else of the value that holds one is kept. */
import { objectsAt, stringAt, stringsAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { allContainers } from '../../webhook/kubernetes/pod.ts';

export interface LiteralName {
  readonly name: string;
  /** `env DB_HOST of container web` */
  readonly where: string;
}

/** A word in a value of this kind counts where it stands as a host: alone, before a port, or in a URL. */
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const name = `${label}(?:\\.${label})+`;
const whole = new RegExp(`^(${name})\\.?(?::\\d{1,5})?$`, 'i');
const leading = new RegExp(`^(${name})\\.?(?=[:/?#]|$)`, 'i');

const host = new RegExp(`^${name}$`, 'i');

/** With a dot, and no IPv4 address, which looks like a name. */
export function isHostName(text: string): boolean {
  return host.test(text) && !/^[\d.]+$/.test(text);
}

/** Variables whose values are names of hosts, whatever they look like. */
const hostVariable = /(?:^|_)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|UPSTREAM)$/;

export function hostNamesOf(pod: JsonObject): LiteralName[] {
  const found = allContainers(pod).flatMap(({ name: container, value }) => [
    ...objectsAt(value, 'env').flatMap((variable) => {
      const variableName = stringAt(variable, 'name') ?? '';
      const where = `env ${variableName} of container ${container}`;
      return namesIn(stringAt(variable, 'value') ?? '', hostVariable.test(variableName)).map((each) => ({
        name: each,
        where,
      }));
    }),
    ...['command', 'args'].flatMap((key) =>
      stringsAt(value, key).flatMap((word) =>
        namesIn(word, false).map((each) => ({ name: each, where: `${key} of container ${container}` })),
      ),
    ),
  ]);
  return [...new Map(found.map((each) => [`${each.name} ${each.where}`, each])).values()];
}

const maxNameCharacters = 253;
/** With what may follow it. */
const maxHostCharacters = maxNameCharacters + 7;

/** @param isHost the whole value is a host where it can be one */
function namesIn(text: string, isHost: boolean): string[] {
  const [, alone] = isHost && text.length <= maxHostCharacters ? (whole.exec(text) ?? []) : [];
  const found = alone === undefined ? text.split(/[\s"'`]+/).flatMap(hostsOfUrls) : [alone];
  return found.filter((each) => each.length <= maxNameCharacters && isHostName(each));
}

/** A longer word before `://` is no scheme. */
const maxSchemeCharacters = 32;
const scheme = /[a-z][a-z0-9+.-]*$/i;

/** Each character is looked at a few times, however long the word is. */
function hostsOfUrls(word: string): string[] {
  const found: string[] = [];
  const lastAt = word.lastIndexOf('@');
  for (let end = word.indexOf('://'); end >= 0; end = word.indexOf('://', end + 3)) {
    if (!scheme.test(word.slice(Math.max(0, end - maxSchemeCharacters), end))) continue;
    const start = hostStart(word, end + 3, lastAt);
    const [, host] = start === undefined ? [] : (leading.exec(word.slice(start, start + maxHostCharacters)) ?? []);
    if (host !== undefined) found.push(host);
  }
  return found;
}

const authorityEnd = /[/\\?#,;=&]/g;

/**
 * A password may have an `@` in it, and what follows the last one is the host. undefined: an `@` stands behind what ends an
 * authority, so that what looks like a host may be a part of a password.
 */
function hostStart(word: string, start: number, lastAt: number): number | undefined {
  if (lastAt < start) return start;
  authorityEnd.lastIndex = start;
  const ended = authorityEnd.exec(word)?.index ?? word.length;
  return ended < lastAt ? undefined : lastAt + 1;
}
