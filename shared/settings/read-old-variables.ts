/** Reads the variables of go-dnsmasq as those of the sidecar, and says of each what became of it. */
import { oldVariables, type OldVariable, type Translated } from './old-variables.ts';
import { didYouMean, invalid, isOfService, profileOf, readEnvironment, type SettingIssue } from './read-settings.ts';
import { environmentName, type Profile, type SettingDefinition, type SettingValues } from './setting-definition.ts';
import { sidecarSettings, type SidecarSettings } from './sidecar-settings.ts';
import { shownText } from '../values/shown-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What became of one variable; none is passed over in silence. */
export interface OldVariableNotice {
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly message: string;
}

export interface ReadOldVariables {
  /** By the names of the sidecar's variables that take their place. */
  readonly texts: Readonly<Record<string, string>>;
  readonly values: Partial<SidecarSettings>;
  readonly notices: readonly OldVariableNotice[];
  /** Values that are not accepted. */
  readonly issues: readonly SettingIssue[];
}

/** The sidecar's settings, and `more`, where old variables count for what no variable of its own says. */
export function readSidecarEnvironment<const More extends readonly SettingDefinition[] = readonly []>(
  environment: Environment,
  more?: More,
): {
  values: SidecarSettings & SettingValues<More>;
  issues: SettingIssue[];
  notices: readonly OldVariableNotice[];
} {
  const old = readOldVariables(environment, profileOf(sidecarSettings, environment));
  const read = readEnvironment([...sidecarSettings, ...(more ?? [])], { ...environment, ...old.texts });
  const values = read.values as SidecarSettings & SettingValues<More>;
  return { values, issues: [...read.issues, ...old.issues], notices: old.notices };
}

export function readOldVariables(environment: Environment, profile: Profile): ReadOldVariables {
  const texts: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const notices: OldVariableNotice[] = [];
  const issues: SettingIssue[] = [];
  /** Which variable has said something of a setting. */
  const saidBy = new Map<string, string>();
  for (const variable of oldVariables) {
    const { name } = variable;
    const text = environment[name] ?? '';
    if (text === '') continue;
    const read = checked(name, text, variable.read?.(text, profile) ?? nothing);
    if ('issue' in read) {
      issues.push(read.issue);
      continue;
    }
    const counting = read.set.filter(({ variable: own }) => (environment[own] ?? '') === '' && !saidBy.has(own));
    for (const { key, variable: own, text: ownText, value } of counting) {
      texts[own] = ownText;
      values[key] = value;
      saidBy.set(own, name);
    }
    notices.push({ name, message: noticeOf(variable, { ...read, counting, saidBy }) });
  }
  notices.push(...unknownNotices(environment));
  return { texts, values, notices, issues };
}

const nothing: Translated = { ok: true, texts: {} };

interface Checked {
  readonly set: readonly { key: string; variable: string; text: string; value: unknown }[];
  readonly why: string | undefined;
}

/** By the names of our variables; their kinds have the last word on the texts. */
function checked(name: string, given: string, translated: Translated): Checked | { readonly issue: SettingIssue } {
  if (!translated.ok) return { issue: invalid(name, given, translated) };
  const set: { key: string; variable: string; text: string; value: unknown }[] = [];
  for (const definition of sidecarSettings) {
    const text = translated.texts[definition.key];
    if (text === undefined) continue;
    const parsed = definition.kind.parse(text);
    if (!parsed.ok) return { issue: invalid(name, given, parsed) };
    set.push({ key: definition.key, variable: environmentName(definition), text, value: parsed.value });
  }
  return { set, why: translated.why };
}

interface Counted extends Checked {
  readonly counting: Checked['set'];
  readonly saidBy: ReadonlyMap<string, string>;
}

function noticeOf({ name, settings, remark = '' }: OldVariable, { set, why, counting, saidBy }: Counted): string {
  if (settings.length === 0) return `${name} has no equal and no effect: ${asPart(remark)}`;
  if (why !== undefined) return `${name} sets nothing: ${why}`;
  if (counting.length > 0) {
    const shown = counting.map((one) => `${one.variable}=${shownText(one.text, maxShownCharacters)}`);
    return `${name} is read as ${shown.join(' and ')}; set that in its place`;
  }
  const own = set[0]?.variable ?? '';
  return `${name} has no effect: ${saidBy.get(own) ?? own} is set`;
}

const maxShownCharacters = 200;

/** As the second half of a sentence, in a log line. */
export function asPart(remark: string): string {
  const plain = remark.replaceAll('`', '').replace(/\.$/, '');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

/** Of those that are named like the old ones. */
function unknownNotices(environment: Environment): OldVariableNotice[] {
  const known = oldVariables.map(({ name }) => name);
  const unknown = Object.entries(environment).filter(
    ([name, text = '']) =>
      prefixOf(name) !== undefined && text !== '' && !known.includes(name) && !isOfService(name, text),
  );
  return unknown.slice(0, maxUnknown).map(([name]) => ({
    name: shownText(name, maxShownCharacters),
    message: `${shownText(name, maxShownCharacters)} is not known and has no effect${didYouMean(name, known, prefixOf(name) ?? '')}`,
  }));
}

const maxUnknown = 20;

function prefixOf(name: string): string | undefined {
  return ['DNSMASQ_', 'GO_DNSMASQ_'].find((prefix) => name.startsWith(prefix));
}
