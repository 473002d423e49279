/** Who is in the crowd: every C library by every call, and Go with the OPT record that it sends and without. */
import { join } from 'node:path';
import { buildGo } from '../support/programs/go.ts';
import { withoutNoData } from '../support/observation/expectation.ts';
import { sortedSet, type Observation } from '../support/observation/observation.ts';
import { createAgent, type Agent, type AgentProcess, type ProbeFamily } from '../support/worlds/agent.ts';
import { installedCommands } from '../support/machine/debian-install.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import type { Rig } from '../support/worlds/rig.ts';
import { muslG2, glibc } from '../support/rows/row.ts';
import type { World } from '../support/worlds/world.ts';

export interface Caller {
  readonly client: string;
  readonly call: string;
  /** The line that makes its agent look `name` up. */
  readonly command: (name: string) => string;
  /** What glibc alone makes of the same call, as this client can say it. */
  readonly expected: (name: string, alone: (command: string) => Observation) => Observation;
  /** The same where the two questions of one call did not come together. */
  readonly expectedApart?: Caller['expected'];
  readonly agent: (world: World) => Agent;
}

/** So many names are asked for at once, each by that share of the crowd. */
export const namesAtOnce = 3;

type Call = readonly [what: string, command: (name: string) => string];

const getaddrinfo = (family: ProbeFamily): Call => [
  `getaddrinfo ${family}`,
  (name) => `getaddrinfo ${family} ${name} canon`,
];
const unspecified = getaddrinfo('u');

/** AF_INET without AI_CANONNAME is another way through glibc. */
const commonCalls: readonly Call[] = [
  unspecified,
  getaddrinfo('4'),
  getaddrinfo('6'),
  ['getaddrinfo 4 without canonical name', (name) => `getaddrinfo 4 ${name}`],
  ['gethostbyname2 4', (name) => `gethostbyname2 4 ${name}`],
  ['gethostbyname2 6', (name) => `gethostbyname2 6 ${name}`],
  ['res_query A', (name) => `res_query 1 ${name}`],
  ['res_query AAAA', (name) => `res_query 28 ${name}`],
];

/** musl's `res_search` does not search (V15). */
const glibcCalls: readonly Call[] = [
  ['res_search A', (name) => `res_search 1 ${name}`],
  ['res_search AAAA', (name) => `res_search 28 ${name}`],
];

/** Commands whose results for each name are the measure of all callers. */
export const allCalls: readonly Call[] = [...commonCalls, ...glibcCalls];

/** The callers of every library that is here, and why Go is not. */
export async function provideCallers({ libcs }: Rig): Promise<{ callers: Caller[]; missing: string[] }> {
  const callers = Object.values(libcs).flatMap(callersOf);
  try {
    const lacking = await installedCommands({ go: 'golang-go' });
    if (lacking.length > 0) throw new Error('not installed, and not installable here');
    return {
      callers: [...callers, ...goCallers(await buildGo('netgo', join(import.meta.dirname, 'go')))],
      missing: [],
    };
  } catch (error) {
    return { callers, missing: [`Go: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function callersOf(libc: Libc): Caller[] {
  const calls = glibc.includes(libc.name) ? allCalls : commonCalls;
  return calls.map(([call, command]) => ({
    client: libc.name,
    call,
    command,
    agent: (world) => world.agent(libc, 'injected'),
    expected: (name, alone) => {
      const measure = alone(command(name));
      // V7: before 1.2.4 musl has no code for NODATA, but in res_query.
      const hasNoCode = muslG2.includes(libc.name) && !call.startsWith('res_query');
      return hasNoCode ? withoutNoData(measure) : measure;
    },
  }));
}

/**
 * With OPT one call at a time for each name, and for both families: A alone of one call and AAAA alone of another look like
 * one call (V4). Halves without OPT, and halves that the machine took apart, are searched each on its own.
 */
function goCallers(program: string): Caller[] {
  const go =
    (client: string, command: readonly string[]) =>
    (network: string, together: readonly Call[], apart = together): Caller => {
      const expected =
        (calls: readonly Call[]): Caller['expected'] =>
        (name, alone) =>
          joined(calls.map(([, measure]) => alone(measure(name))));
      return {
        client,
        call: `LookupIP ${network}`,
        command: (name) => `${network} ${name}`,
        agent: agentOf(command),
        expected: expected(together),
        expectedApart: expected(apart),
      };
    };
  const withOpt = go('Go', [program]);
  const withoutOpt = go('Go without OPT', [program, '--without-opt']);
  const [ipv4, ipv6] = [getaddrinfo('4'), getaddrinfo('6')];
  return [
    ...Array.from({ length: namesAtOnce }, () => withOpt('ip', [unspecified], [ipv4, ipv6])),
    withoutOpt('ip4', [ipv4]),
    withoutOpt('ip6', [ipv6]),
    withoutOpt('ip', [ipv4, ipv6]),
  ];
}

function agentOf(command: readonly string[]): (world: World) => Agent {
  const agents = new WeakMap<World, Agent>();
  return (world) => {
    const agent = agents.get(world) ?? createAgent(world.start('injected', command) as AgentProcess);
    agents.set(world, agent);
    return agent;
  };
}

/** Go has one error where glibc tells names without addresses from names that do not exist, and no canonical name here. */
function joined(measures: readonly Observation[]): Observation {
  const found = measures.filter(({ outcome }) => outcome === 'OK');
  const [first] = measures;
  const outcome = found.length > 0 ? 'OK' : first?.outcome === 'NODATA' ? 'NONAME' : (first?.outcome ?? '');
  const addresses = sortedSet(found.flatMap(({ addresses: own }) => own));
  return { outcome, addresses, canonical: undefined, records: [], elapsedMs: 0 };
}
