/** What a table of settings holds of one setting, and the names that derive from its key. */
import { namePrefix } from '../values/names.ts';
import type { ValueKind } from '../values/value-kinds.ts';

export type Program = 'sidecar' | 'webhook';

/** One setting, as everything that derives from the table sees it. */
export interface SettingDefinition {
  /** camelCase; the names of the annotation and of the environment variable follow from it. */
  readonly key: string;
  readonly program: Program;
  readonly kind: ValueKind<unknown>;
  /** undefined: without the setting nothing is set. */
  readonly default: unknown;
  /** In place of `default` in the profile `host`. */
  readonly hostDefault?: unknown;
  /** Stands in the reference page where the default alone says too little. */
  readonly defaultText?: string;
  /** The same for `hostDefault`. */
  readonly hostDefaultText?: string;
  /** The profile that it is for; both where none is named. */
  readonly profile?: Profile;
  /** One sentence for the reference page. */
  readonly meaning: string;
  /** May be set by an annotation of the pod or its namespace. */
  readonly annotation: boolean;
  /** A change takes effect in a running sidecar. */
  readonly live: boolean;
  /** Name of the resolv.conf keyword or option that it overrides. */
  readonly resolvConf?: string;
  /** Where the default or the limits come from. */
  readonly source?: string;
  /** Keys under which the setting was known: they are not accepted, and a message says which key it has now. */
  readonly oldKeys?: readonly string[];
  /** Only where the variable's name does not follow the rule. */
  readonly environment?: string;
}

/** Where the sidecar runs: in a pod, or for the clients of a host. */
export type Profile = (typeof profiles)[number];

export const profiles = ['pod', 'host'] as const;

type Written = Omit<SettingDefinition, 'program' | 'annotation' | 'live'> & { annotation?: true; live?: true };

type Completed<Entry> = Entry & { readonly program: Program; readonly annotation: boolean; readonly live: boolean };

/** Value type of each key of a table; a setting without default may be undefined. */
export type SettingValues<Table extends readonly SettingDefinition[]> = {
  readonly [Entry in Table[number] as Entry['key']]: ValueOf<Entry>;
};

type ValueOf<Entry extends SettingDefinition> =
  Entry['kind'] extends ValueKind<infer Value>
    ? Entry['default'] extends undefined
      ? Value | undefined
      : Entry extends { readonly hostDefault: undefined }
        ? Value | undefined
        : Value
    : never;

/** Completes a table: what is not said is false. */
export function defineSettings<const Table extends readonly Written[]>(
  program: Program,
  table: Table,
): { readonly [Index in keyof Table]: Completed<Table[Index]> } {
  const completed = table.map((entry) => ({ annotation: false, live: false, ...entry, program }));
  // The mapped tuple type is what map() produced; TypeScript types it as an array.
  return completed as unknown as { readonly [Index in keyof Table]: Completed<Table[Index]> };
}

/** What counts where nothing is set. */
export function defaultOf(definition: SettingDefinition, profile: Profile): unknown {
  return profile === 'host' && 'hostDefault' in definition ? definition.hostDefault : definition.default;
}

/** `pairWindowMilliseconds` → `alpine-resolver.io/pair-window-milliseconds`. */
export function annotationName(key: string): string {
  return namePrefix + words(key).join('-');
}

/** `pairWindowMilliseconds` → `RESOLVER_PAIR_WINDOW_MILLISECONDS`. */
export function environmentName(definition: Pick<SettingDefinition, 'key' | 'program' | 'environment'>): string {
  return (
    definition.environment ?? environmentPrefix(definition.program) + words(definition.key).join('_').toUpperCase()
  );
}

export function environmentPrefix(program: Program): string {
  return program === 'sidecar' ? 'RESOLVER_' : 'WEBHOOK_';
}

function words(key: string): string[] {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(' ');
}
