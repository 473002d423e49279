/** Reads settings from environment and annotations, and says what is wrong with them. */
import { annotations as fixedAnnotations, namePrefix } from '../values/names.ts';
import {
  annotationName,
  defaultOf,
  environmentName,
  environmentPrefix,
  type Profile,
  type SettingDefinition,
  type SettingValues,
} from './setting-definition.ts';
import { shownText } from '../values/shown-text.ts';
import { suggestName } from '../values/suggest-name.ts';
import type { Refusal } from '../values/value-kinds.ts';

export { suggestName } from '../values/suggest-name.ts';

/** One fault in what a user has set. */
export interface SettingIssue {
  readonly problem: 'unknown' | 'invalid';
  /** Name of the variable or annotation, as the user wrote it. */
  readonly name: string;
  readonly value?: string;
  /** Complete sentence part for a person: names the fault and what is accepted. */
  readonly message: string;
}

/** The values of a table from environment variables. Faulty ones keep their default and are listed. */
export function readEnvironment<const Table extends readonly SettingDefinition[]>(
  definitions: Table,
  environment: Readonly<Record<string, string | undefined>>,
): { values: SettingValues<Table>; issues: SettingIssue[] } {
  const values: Record<string, unknown> = {};
  const issues: SettingIssue[] = [];
  const profile = profileOf(definitions, environment);
  for (const definition of definitions) {
    const name = environmentName(definition);
    values[definition.key] = defaultOf(definition, profile);
    const text = environment[name];
    if (text === undefined || (isServiceVariable(name) && isServiceLink(text))) continue;
    const parsed = definition.kind.parse(text);
    if (parsed.ok) values[definition.key] = parsed.value;
    // An empty variable counts as absent, unless empty is a value of its kind (an empty list).
    else if (text !== '') issues.push(invalid(name, text, parsed));
  }
  issues.push(...unknownVariables(definitions, environment));
  return { values: values as SettingValues<Table>, issues };
}

/** The profile decides what the other settings are where they are not set. */
export function profileOf(
  definitions: readonly SettingDefinition[],
  environment: Readonly<Record<string, string | undefined>>,
): Profile {
  const definition = definitions.find(({ key }) => key === 'profile');
  const parsed = definition?.kind.parse(environment[environmentName(definition)] ?? '');
  return parsed?.ok === true && parsed.value === 'host' ? 'host' : 'pod';
}

/**
 * The values that annotations set. Keys outside the project's prefix are ignored. `others` are settings that
 * annotations may have and that the reader leaves to another program.
 */
export function readAnnotations<const Table extends readonly SettingDefinition[]>(
  definitions: Table,
  annotations: Readonly<Record<string, string>>,
  others: readonly SettingDefinition[] = none,
): { values: Partial<SettingValues<Table>>; issues: SettingIssue[] } {
  const values: Record<string, unknown> = {};
  const issues: SettingIssue[] = [];
  let unknown = 0;
  for (const [name, text] of Object.entries(annotations)) {
    if (!name.startsWith(namePrefix)) continue;
    const { byName, byOldName, passed } = annotationNames(definitions, others);
    if (passed.has(name)) continue;
    const definition = byName.get(name);
    if (!definition?.annotation) {
      unknown += 1;
      if (unknown <= maxUnknown)
        issues.push(unknownAnnotation(name, text, definition ?? byOldName.get(name), [...definitions, ...others]));
      continue;
    }
    const parsed = definition.kind.parse(text);
    if (parsed.ok) values[definition.key] = parsed.value;
    else issues.push(invalid(name, text, parsed));
  }
  if (unknown > maxUnknown) issues.push(moreUnknown(unknown - maxUnknown));
  return { values: values as Partial<SettingValues<Table>>, issues };
}

interface AnnotationNames {
  readonly others: readonly SettingDefinition[];
  readonly byName: ReadonlyMap<string, SettingDefinition>;
  readonly byOldName: ReadonlyMap<string, SettingDefinition>;
  /** Left to another program. */
  readonly passed: ReadonlySet<string>;
}

const none: readonly SettingDefinition[] = [];

/** By the table: the webhook reads two objects a review. */
const namesOfTables = new WeakMap<readonly SettingDefinition[], AnnotationNames>();

function annotationNames(
  definitions: readonly SettingDefinition[],
  others: readonly SettingDefinition[],
): AnnotationNames {
  const known = namesOfTables.get(definitions);
  if (known?.others === others) return known;
  const ofOthers = others.filter((definition) => definition.annotation).map(({ key }) => annotationName(key));
  const names = {
    others,
    byName: new Map(definitions.map((definition) => [annotationName(definition.key), definition])),
    byOldName: withOldNames([...definitions, ...others], ({ key }) => annotationName(key)),
    passed: new Set<string>([...Object.values(fixedAnnotations), ...ofOthers]),
  };
  namesOfTables.set(definitions, names);
  return names;
}

/** Unknown annotations with a message of their own: an object may have thousands, and each costs a search for its like. */
const maxUnknown = 20;

function moreUnknown(count: number): SettingIssue {
  return {
    problem: 'unknown',
    name: namePrefix,
    message: `${count} more annotations under ${namePrefix} are not known`,
  };
}

/** Names that annotations may have, for suggestions and the reference page. */
export function knownAnnotations(definitions: readonly SettingDefinition[]): string[] {
  const settings = definitions.filter((definition) => definition.annotation);
  return [...Object.values(fixedAnnotations), ...settings.map((definition) => annotationName(definition.key))];
}

function unknownVariables(
  definitions: readonly SettingDefinition[],
  environment: Readonly<Record<string, string | undefined>>,
): SettingIssue[] {
  const known = definitions.map((definition) => environmentName(definition));
  const byOldName = withOldNames(definitions, environmentName);
  const prefixes = [...new Set(definitions.map((definition) => environmentPrefix(definition.program)))];
  const unknown = Object.entries(environment).filter(
    ([name, text]) =>
      text !== undefined && !known.includes(name) && prefixOf(name, prefixes) !== '' && !isOfService(name, text),
  );
  return unknown.map(([name, text = '']) => {
    const renamed = byOldName.get(name);
    const hint = renamed ? nowNamed(environmentName(renamed)) : didYouMean(name, known, prefixOf(name, prefixes));
    return { problem: 'unknown', name, value: text, message: `${shownName(name)} is not a setting${hint}` };
  });
}

/** Settings by the names that they had before; `nameOf` makes the name of a variable or an annotation from a key. */
function withOldNames(
  definitions: readonly SettingDefinition[],
  nameOf: (definition: Pick<SettingDefinition, 'key' | 'program'>) => string,
): ReadonlyMap<string, SettingDefinition> {
  const entries = definitions.flatMap((definition) =>
    (definition.oldKeys ?? []).map((key) => [nameOf({ key, program: definition.program }), definition] as const),
  );
  return new Map(entries);
}

function nowNamed(name: string): string {
  return `; it is named ${name} now`;
}

/** The longest name of an annotation: a prefix of 253 characters, a slash, and 63. */
const maxShownNameLength = 317;

function shownName(name: string): string {
  return shownText(name, maxShownNameLength);
}

function unknownAnnotation(
  name: string,
  value: string,
  definition: SettingDefinition | undefined,
  definitions: readonly SettingDefinition[],
): SettingIssue {
  const shown = shownName(name);
  if (definition && !definition.annotation) {
    const only = `this setting cannot be an annotation, only the variable ${environmentName(definition)}`;
    return { problem: 'unknown', name, value, message: `annotation ${shown}: ${only}` };
  }
  const hint = definition
    ? nowNamed(annotationName(definition.key))
    : didYouMean(name, knownAnnotations(definitions), namePrefix);
  return { problem: 'unknown', name, value, message: `annotation ${shown} is not known${hint}` };
}

/** A value may be a whole file; a message shows its beginning. */
const maxShownValueLength = 80;

/** A value that is not accepted. */
export function invalid(name: string, value: string, { accepted, fault }: Refusal): SettingIssue {
  const shown = `"${shownText(value, maxShownValueLength)}"`;
  const why = fault === undefined ? '' : ` (${fault})`;
  return { problem: 'invalid', name, value, message: `${name}: ${shown} is not accepted${why}; expected ${accepted}` };
}

/** The prefix is not compared: with it, every name would be like every other. */
export function didYouMean(name: string, known: readonly string[], prefix: string): string {
  const comparable = known.filter((candidate) => candidate.startsWith(prefix));
  const suggestion = suggestName(
    name.slice(prefix.length),
    comparable.map((candidate) => candidate.slice(prefix.length)),
  );
  return suggestion === undefined ? '' : `; did you mean ${prefix}${suggestion}?`;
}

/** The one that the name has; empty: none. */
function prefixOf(name: string, prefixes: readonly string[]): string {
  return prefixes.find((prefix) => name.startsWith(prefix)) ?? '';
}

/** The kubelet made it, of a Service whose name begins as ours do. */
export function isOfService(name: string, text: string): boolean {
  return isServiceVariable(name) || isServiceLink(text);
}

/**
 * Variables that the kubelet derives from a Service whose name begins with `resolver`, `webhook` or `dnsmasq`
 * (pkg/kubelet/envvars): `X_SERVICE_HOST`, `X_SERVICE_PORT[_NAME]`, `X_PORT`, `X_PORT_53_UDP[_PROTO|_PORT|_ADDR]`.
 */
function isServiceVariable(name: string): boolean {
  return /_SERVICE_HOST$|_SERVICE_PORT|_PORT$|_PORT_\d+_(TCP|UDP|SCTP)/.test(name);
}

function isServiceLink(value: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(value);
}
