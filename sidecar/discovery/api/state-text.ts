/** The state file's text: what was made and said by hand, as JSON with a version. */
import { addressesOf, type Service } from '../services/service.ts';
import { emptyServices, restore, type KeptServices, type Services } from '../services/services.ts';

/** Of the form that is written. */
export const stateVersion = 1;

export type ReadState =
  | { readonly ok: true; readonly kept: KeptServices }
  | { readonly ok: false; readonly why: string };

/** @param usualTtlSeconds is not kept: a changed setting counts where nobody has said otherwise */
export function writeState({ manual, overrides, ttlSeconds }: Services, usualTtlSeconds: number): string {
  const state: StateFile = {
    version: stateVersion,
    ...(ttlSeconds !== usualTtlSeconds && { ttlSeconds }),
    manual: Object.fromEntries([...manual].map(([id, service]) => [id, entryOf(service)])),
    overrides: Object.fromEntries(overrides),
  };
  return `${JSON.stringify(state, undefined, 1)}\n`;
}

/** All of it, or why nothing. */
export function readState(text: string): ReadState {
  try {
    const state = JSON.parse(text) as Partial<StateFile> | null;
    if (state?.version !== stateVersion)
      return {
        ok: false,
        why: `its version is ${JSON.stringify(state?.version) ?? 'missing'}, and ${stateVersion} is read`,
      };
    const kept: KeptServices = {
      manual: new Map(Object.entries(state.manual ?? {})),
      overrides: new Map(Object.entries(state.overrides ?? {})),
      ttlSeconds: state.ttlSeconds,
    };
    const restored = restore(emptyServices(), kept);
    return restored.ok
      ? { ok: true, kept }
      : { ok: false, why: `something in it cannot stand (${restored.fault.code})` };
  } catch (error) {
    // A member of another type than it was written with ends here, too.
    return { ok: false, why: (error as Error).message };
  }
}

type KeptEntry = KeptServices['manual'] extends ReadonlyMap<string, infer Entry> ? Entry : never;

interface StateFile {
  readonly version: number;
  readonly ttlSeconds?: number;
  readonly manual: Readonly<Record<string, KeptEntry>>;
  readonly overrides: Readonly<
    Record<string, KeptServices['overrides'] extends ReadonlyMap<string, infer Said> ? Said : never>
  >;
}

function entryOf(service: Service): KeptEntry {
  const { name, image, aliases, ttlSeconds, startedMs } = service;
  return {
    ...{ name, image, aliases, addresses: addressesOf(service), madeMs: startedMs },
    ...(ttlSeconds !== undefined && { ttlSeconds }),
  };
}
