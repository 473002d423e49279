/** What is so of the containers, as Podman itself says, and was so a moment ago. */
import type { Podman } from './podman.ts';

export interface KnownContainer {
  readonly id: string;
  readonly name: string;
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
  readonly name: string;
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
      past.push({ name: next.name, addresses: [...next.networks.values()].flat(), untilMs: undefined });
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
      const concerned = [...pasts].filter(([, past]) => past.some((one) => one.name === name));
      return concerned.every(([id]) => (touched.get(id) ?? 0) < sinceMs);
    },
    byName: (name) => [...all.values()].find((container) => container.name === name),
    addressesSince(name, sinceMs) {
      const matching = [...pasts.values()]
        .flat()
        .filter((past) => past.name === name && (past.untilMs ?? Infinity) >= sinceMs);
      return new Set(matching.flatMap(({ addresses }) => addresses));
    },
  };
}

interface InspectedJson {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Running: boolean; readonly Pid: number };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string; readonly GlobalIPv6Address: string }>>;
  };
}

async function inspect(podman: Podman, id: string): Promise<KnownContainer | undefined> {
  const json = (await podman.call('GET', `/containers/${id}/json`).catch(() => undefined)) as InspectedJson | undefined;
  if (json === undefined) return undefined;
  const networks = Object.entries(json.NetworkSettings.Networks).map(
    ([name, { IPAddress, GlobalIPv6Address }]) => [name, [IPAddress, GlobalIPv6Address].filter(Boolean)] as const,
  );
  return { id: json.Id, name: json.Name.replace('/', ''), networks: new Map(json.State.Running ? networks : []) };
}

/** By the rule of the docs: of the client's network alone, else all. */
export function seenFrom(networks: KnownContainer['networks'], clientNetwork: string): readonly string[] {
  const own = networks.get(clientNetwork) ?? [];
  return (own.length > 0 ? own : [...networks.values()].flat()).toSorted();
}
