/** The arguments of dnsdock in `--help`, and how each is written. */
import { oldArguments, variableOf, type OldArgument } from './old-arguments.ts';

const width = Math.max(...oldArguments.map((argument) => spellings(argument).join(', ').length));

export const oldArgumentLines: readonly string[] = [
  'Arguments of dnsdock, each before the variable that takes its place:',
  ...oldArguments.map((argument) => `  ${spellings(argument).join(', ').padEnd(width)} ${placeOf(argument)}`),
];

/** `--dns=ADDRESS:PORT` and `-d ADDRESS:PORT`. */
export function spellings({ name, short, value }: OldArgument): string[] {
  const long = value === undefined ? `--${name}` : `--${name}=${value}`;
  if (short === undefined) return [long];
  return [long, value === undefined ? `-${short}` : `-${short} ${value}`];
}

function placeOf({ settings }: OldArgument): string {
  return settings.length === 0 ? 'no equal' : settings.map(variableOf).join(', ');
}
