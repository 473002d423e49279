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
const inUrl = new RegExp(`[a-z][a-z0-9+.-]*://(?:[^\\s/@]*@)?(${name})\\.?(?=[:/?#]|$)`, 'gi');

const host = new RegExp(`^${name}$`, 'i');

/** With a dot, and no address. */
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

/** @param isHost the whole value is a host where it can be one */
function namesIn(text: string, isHost: boolean): string[] {
  const [, alone] = isHost ? (whole.exec(text) ?? []) : [];
  const found = alone === undefined ? [...text.matchAll(inUrl)].map(([, host = '']) => host) : [alone];
  // An IPv4 address looks like a name.
  return found.filter((host) => !/^[\d.]+$/.test(host));
}
