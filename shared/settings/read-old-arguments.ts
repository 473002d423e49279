/** Reads the arguments of dnsdock as variables of the sidecar, and says of each what became of it. */
import { definitionOf, oldArguments, variableOf, type Beside, type OldArgument } from './old-arguments.ts';
import { asPart } from './read-old-variables.ts';
import { invalid } from './read-settings.ts';
import { splitArguments } from './split-old-arguments.ts';
import { shownText } from '../values/shown-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What became of one argument; none is passed over in silence. */
export interface OldArgumentNotice {
  /** With its dashes. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly message: string;
}

export type ReadOldArguments =
  | {
      /** By the names of the variables; an empty one is not set, whatever the environment has. */
      readonly texts: Readonly<Record<string, string>>;
      readonly notices: readonly OldArgumentNotice[];
    }
  /** A line for each fault. */
  | { readonly refused: readonly string[] };

/** An argument goes before each variable: of an image, for one, that has variables of its own. */
export function readOldArguments(args: readonly string[], environment: Environment): ReadOldArguments {
  const split = splitArguments(args);
  if ('refused' in split) return split;
  const said: Said = { texts: {}, saidBy: new Map(), notices: [], refused: [] };
  const beside: Beside = {
    argument: (name) => split.texts.get(name),
    setting: (key) => environment[variableOf(key)] || undefined,
  };
  for (const argument of oldArguments) {
    const text = split.texts.get(argument.name);
    if (text !== undefined) readArgument(argument, text, { said, beside, environment });
  }
  if (said.refused.length > 0) return { refused: said.refused };
  addDefaults(said, environment);
  return { texts: said.texts, notices: said.notices };
}

interface Said {
  readonly texts: Record<string, string>;
  /** By the variable. */
  readonly saidBy: Map<string, string>;
  readonly notices: OldArgumentNotice[];
  readonly refused: string[];
}

interface Around {
  readonly said: Said;
  readonly beside: Beside;
  readonly environment: Environment;
}

function readArgument(argument: OldArgument, text: string, { said, beside, environment }: Around): void {
  const name = `--${argument.name}`;
  const notice = (message: string): void => void said.notices.push({ name, message });
  const read = argument.read?.(text, beside);
  if (read === undefined) return notice(`${name} has no equal and no effect: ${asPart(argument.remark ?? '')}`);
  if ('refusal' in read) return void said.refused.push(invalid(name, text, read.refusal).message);
  if ('why' in read) return notice(`${name} sets nothing: ${read.why}`);
  for (const [key, own] of Object.entries(read.texts)) {
    const variable = variableOf(key);
    const fault = faultOf(argument, { key, text: own, given: text });
    const other = said.saidBy.get(variable);
    if (fault !== undefined) said.refused.push(fault);
    else if (other === undefined) {
      said.texts[variable] = own;
      said.saidBy.set(variable, name);
      notice(
        `${name} is read as ${variable}=${shown(own)}${goesBefore(environment[variable], own)}; set that in its place`,
      );
    } else if (argument.agrees && said.texts[variable] !== own)
      said.refused.push(`${name} and ${other} name two folders, and ${variable} is one`);
    else notice(`${name} ${said.texts[variable] === own ? 'says the same as' : 'has no effect beside'} ${other}`);
  }
}

/** The kind of the setting has the last word. */
function faultOf(
  { name, empties }: OldArgument,
  { key, text, given }: { readonly key: string; readonly text: string; readonly given: string },
): string | undefined {
  if (text === '' && empties) return undefined;
  const parsed = definitionOf(key)?.kind.parse(text);
  return parsed === undefined || parsed.ok
    ? undefined
    : invalid(`--${name}`, text === '' ? given : text, parsed).message;
}

function goesBefore(set: string | undefined, own: string): string {
  return set === undefined || set === '' || set === own ? '' : ', and goes before what the variable says';
}

/** dnsdock served a host, and asked Docker where nothing else was said. */
function addDefaults({ texts, notices }: Said, environment: Environment): void {
  const add = (name: string, key: 'profile' | 'docker', text: string): void => {
    const variable = variableOf(key);
    if (texts[variable] !== undefined || (environment[variable] ?? '') !== '') return;
    texts[variable] = text;
    notices.push({ name, message: `with arguments of dnsdock, ${variable}=${shown(text)} is set; set that yourself` });
  };
  add('arguments', 'profile', 'host');
  add('--docker', 'docker', environment['DOCKER_HOST'] || 'unix:///var/run/docker.sock');
}

function shown(text: string): string {
  return shownText(text, maxShownCharacters);
}

const maxShownCharacters = 200;
