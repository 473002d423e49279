/** How a client is run for its calls: the command lines, and what the output of each says. */
import type { Call, Kind } from './calls.ts';
import type { Client } from './clients.ts';
import { readConnection, readDig, readNslookup, readProgram } from './read-output.ts';
import type { Observation } from '../support/observation/observation.ts';
import { observationOf } from './seen.ts';

export interface Run {
  client: Client;
  calls: readonly Call[];
  command: readonly string[];
}

/** The programs of `programs/` take many calls at once. */
const programs: readonly Kind[] = ['go', 'go cgo', 'node', 'python', 'java'];

/** @param together every call in a process of its own, so that they can run at the same time */
export function runsOf(client: Client, calls: readonly Call[], name: string, together: boolean): Run[] {
  if (calls.length === 0) return [];
  const groups = programs.includes(client.kind) && !together ? [calls] : calls.map((call) => [call]);
  return groups.map((group) => ({
    client,
    calls: group,
    command: [...client.command, ...argumentsOf(client.kind, group, name)],
  }));
}

/** What each call of the run saw. */
export function readRun({ client, calls }: Run, output: string): Observation[] {
  switch (client.kind) {
    case 'dig':
      return [readDig(output)];
    case 'nslookup':
      return [readNslookup(output)];
    case 'wget':
    case 'curl':
      return [readConnection(output)];
    default: {
      const found = readProgram(output);
      return calls.map(
        ({ name }) => found.get(name) ?? observationOf({ outcome: 'FAILED', code: `no result: ${output.trim()}` }),
      );
    }
  }
}

function argumentsOf(kind: Kind, calls: readonly Call[], name: string): string[] {
  const [, ...words] = calls[0]?.name.split(' ') ?? [];
  switch (kind) {
    case 'dig':
      return words[0] === '-x' ? ['-x', name] : [name, ...words];
    case 'nslookup':
      return words.length === 0 ? [name] : [`-type=${words.join('').toLowerCase()}`, name];
    case 'wget':
      return ['-q', '-O', '-', `http://${name}/`];
    case 'curl':
      return ['-sS', '--noproxy', '*', ...words, `http://${name}/`];
    default:
      return [name, ...calls.map((call) => call.name)];
  }
}
