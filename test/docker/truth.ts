/** What is so of the containers, as Podman itself says, and was so a moment ago. */
import type { Podman } from './podman.ts';

export interface KnownContainer {
  readonly id: string;
  readonly name: string;
  /** All that it is found by, by the form of the docs; what nobody else has. */
  readonly names: ReadonlyMap<string, string>;
  /** Addresses by network; empty while it does not run. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
}

export interface Truth {
  readonly all: ReadonlyMap<string, KnownContainer>;
  /** Looks at the container anew. */
  read(id: string): Promise<void>;
  /** Something is being done to it: until it has been read, and for the time that is allowed to be late, it may be anything. */
  touch(id: string): void;
  /** Whether nothing has been done to any container that has, or had lately, the name. */
  isStill(name: string, sinceMs: number): boolean;
  byName(name: string): KnownContainer | undefined;
  /** Addresses that some container of the name had at some time since. */
  addressesSince(name: string, sinceMs: number): ReadonlySet<string>;
}

interface Past {
  readonly names: ReadonlySet<string>;
  readonly addresses: readonly string[];
  /** Undefined: it is so now. */
  untilMs: number | undefined;
}

export function createTruth(podman: Podman): Truth {
  const all = new Map<string, KnownContainer>();
  const pasts = new Map<string, Past[]>();
  const touched = new Map<string, number>();

  function note(id: string, next: KnownContainer | undefined): void {
    const atMs = performance.now();
    touched.set(id, atMs);
    const past = pasts.get(id) ?? [];
    const last = past.at(-1);
    if (last !== undefined) last.untilMs ??= atMs;
    if (next === undefined) all.delete(id);
    else {
      all.set(id, next);
      past.push({
        names: new Set(next.names.values()),
        addresses: [...next.networks.values()].flat(),
        untilMs: undefined,
      });
    }
    pasts.set(id, past);
  }

  return {
    all,
    async read(id) {
      note(id, await inspect(podman, id));
    },
    touch: (id) => void touched.set(id, performance.now()),
    isStill(name, sinceMs) {
      const concerned = [...pasts].filter(([, past]) => past.some(({ names }) => names.has(name)));
      return concerned.every(([id]) => (touched.get(id) ?? 0) < sinceMs);
    },
    byName: (name) => [...all.values()].find(({ names }) => [...names.values()].includes(name)),
    addressesSince(name, sinceMs) {
      const matching = [...pasts.values()]
        .flat()
        .filter((past) => past.names.has(name) && (past.untilMs ?? Infinity) >= sinceMs);
      return new Set(matching.flatMap(({ addresses }) => addresses));
    },
  };
}

interface InspectedJson {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Hostname: string; readonly Labels: Readonly<Record<string, string>> | null };
  readonly State: { readonly Running: boolean; readonly Pid: number };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, NetworkJson>>;
  };
}

interface NetworkJson {
  readonly IPAddress: string;
  readonly GlobalIPv6Address: string;
  readonly Aliases: readonly string[] | null;
}

async function inspect(podman: Podman, id: string): Promise<KnownContainer | undefined> {
  const json = (await podman.call('GET', `/containers/${id}/json`).catch(() => undefined)) as InspectedJson | undefined;
  if (json === undefined) return undefined;
  const networks = Object.entries(json.NetworkSettings.Networks).map(
    ([name, { IPAddress, GlobalIPv6Address }]) => [name, [IPAddress, GlobalIPv6Address].filter(Boolean)] as const,
  );
  return {
    id: json.Id,
    name: json.Name.replace('/', ''),
    names: namesOf(json),
    networks: new Map(json.State.Running ? networks : []),
  };
}

/** By the table of docs/docker.md, with the image that all have. */
function namesOf({ Name, Config: { Hostname, Labels }, NetworkSettings }: InspectedJson): Map<string, string> {
  const name = Name.replace('/', '');
  const labels = new Map(Object.entries(Labels ?? {}));
  const [project, service] = ['project', 'service'].map((part) => labels.get(`com.docker.compose.${part}`));
  const aliases = Object.values(NetworkSettings.Networks).flatMap(({ Aliases }) => Aliases ?? []);
  // Podman has the beginning of the id among them. One network may have another alias than the other.
  const [alias, other] = new Set(aliases.filter((one) => one.startsWith('alias-')));
  const all: readonly (readonly [string, string | undefined])[] = [
    ['container', `${name}.docker`],
    ['image', `${name}.nginx.docker`],
    ['any part', `${name}.*.docker`],
    ['below', `any.thing.${name}.nginx.docker`],
    ['letter case', `${name.toUpperCase()}.Docker`],
    ['bare', name],
    ['template', `${name}.nginx.template.test`],
    ['hostname', `${Hostname}.docker`],
    ['compose', project && `${service}.${project}.docker`],
    ['alias', labels.get('com.dnsdock.alias')],
    ['network alias', alias && `${alias}.docker`],
    ['other network alias', other && `${other}.docker`],
  ];
  return new Map(all.flatMap(([form, text]) => (text === undefined || text === '.docker' ? [] : [[form, text]])));
}

/** By the rule of the docs: of the client's network alone, else all. */
export function seenFrom(networks: KnownContainer['networks'], clientNetwork: string): readonly string[] {
  const own = networks.get(clientNetwork) ?? [];
  return (own.length > 0 ? own : [...networks.values()].flat()).toSorted();
}
