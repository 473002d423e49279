/** The state file's text: what was made and said by hand, as JSON with a version. */
import { memberNameOf } from './read-service.ts';
import { addressesOf, type Service } from '../services/service.ts';
import { emptyServices, restore, type KeptServices, type Services, type ServicesFault } from '../services/services.ts';

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
    const strange = strangeIn(state);
    if (strange !== undefined) return { ok: false, why: strange };
    const kept: KeptServices = {
      manual: new Map(Object.entries(state.manual ?? {})),
      overrides: new Map(Object.entries(state.overrides ?? {})),
      ttlSeconds: state.ttlSeconds,
    };
    const restored = restore(emptyServices(), kept);
    return restored.ok ? { ok: true, kept } : { ok: false, why: whyOf(restored.fault) };
  } catch (error) {
    // A member of another type than it was written with ends here, too.
    return { ok: false, why: (error as Error).message };
  }
}

function whyOf(fault: ServicesFault): string {
  if (fault.code !== 'full') return `something in it cannot stand (${fault.code})`;
  return `it has more than ${fault.max} ${fault.of === 'services' ? 'services' : 'characters of names and addresses'}`;
}

/** What it is called, what it is, which members it may have. */
type Part = readonly [string, unknown, readonly string[]];

/** Of the shape alone: whether the members can stand is for `restore` to say. */
function strangeIn(state: Partial<StateFile>): string | undefined {
  const { manual = {}, overrides = {} } = state;
  const parts: readonly Part[] = [
    ['the file', state, ['version', 'ttlSeconds', 'manual', 'overrides']],
    ['manual', manual, Object.keys(manual)],
    ['overrides', overrides, Object.keys(overrides)],
    ...Object.entries(manual).map(([id, entry]): Part => [id, entry, [...saidMembers, 'madeMs']]),
    ...Object.entries(overrides).map(([id, said]): Part => [id, said, saidMembers]),
  ];
  for (const [part, value, known] of parts) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${part} is no object`;
    const unknown = Object.keys(value).find((member) => !known.includes(member));
    if (unknown !== undefined) return `${part} has a member ${unknown} that is not known`;
  }
  const unnamed = Object.entries(manual).find(([, { name, image, madeMs }]) => {
    const isText = typeof name === 'string' && typeof image === 'string';
    return !isText || !Number.isSafeInteger(madeMs) || madeMs < 0;
  });
  return unnamed && `${unnamed[0]} lacks its name, its image or when it was made`;
}

const saidMembers: readonly string[] = Object.keys(memberNameOf);

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
