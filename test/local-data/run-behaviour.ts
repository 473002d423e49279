/** Plays one behaviour with one resolver: every client, step by step, and what is not as it shall be. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, observeProbe, type Observation } from '../support/observation/observation.ts';
import { withoutNoData } from '../support/observation/expectation.ts';
import { muslG2 } from '../support/rows/row.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import type { World } from '../support/worlds/world.ts';
import { clientFiles, type Behaviour, type CallStep } from './behaviour.ts';
import type { Resolver } from './resolvers.ts';

export interface Played {
  /** What the first client was told in each call. */
  readonly said: readonly string[];
  /** Empty: as it shall be. */
  readonly faults: readonly string[];
}

const usualResolvConf = 'nameserver 192.0.2.1\nsearch s1.test s2.test\noptions timeout:1 attempts:2\n';

export async function runBehaviour(
  world: World,
  behaviour: Behaviour,
  { resolver, libcs }: { resolver: Resolver; libcs: readonly Libc[] },
): Promise<Played> {
  const { resolvConf = usualResolvConf, script, clients, files = {}, steps } = behaviour;
  await world.prepare({ resolvConf, script, seen: clientFiles[clients] });
  for (const [name, text] of Object.entries(files)) await writeFile(join(world.folder, name), text);
  const [first] = libcs;
  if (first === undefined) throw new Error('there is no C library');
  const stop = await resolver.start(world, behaviour, first);
  const said: string[] = [];
  const faults: string[] = [];
  try {
    for (const step of steps) {
      if ('write' in step) {
        await writeFile(join(world.folder, step.write), step.text);
        continue;
      }
      const results = step.by === 'packet' ? [await askPacket(world, step)] : await askLibcs(world, step, libcs);
      said.push(results[0]?.said ?? '');
      faults.push(...results.flatMap(({ fault }) => fault ?? []));
    }
  } finally {
    await stop();
  }
  return { said, faults };
}

interface Result {
  readonly said: string;
  readonly fault?: string;
}

async function askLibcs(world: World, step: CallStep, libcs: readonly Libc[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const libc of libcs) {
    const isOld = muslG2.includes(libc.name);
    const result = await asked(
      world,
      step,
      async () => {
        const observation = observeProbe(await world.lookup(libc, 'injected', step.call));
        return describe(isOld ? withoutNoData(observation) : observation);
      },
      isOld,
    );
    results.push({ said: result.said, ...(result.fault !== undefined && { fault: `${libc.name}: ${result.fault}` }) });
  }
  return results;
}

function askPacket(world: World, step: CallStep): Promise<Result> {
  const [name = '', type = 'A', ...rest] = step.call.split(' ');
  return asked(world, step, async () => {
    const child = world.start('injected', [
      process.execPath,
      join(import.meta.dirname, 'packet.ts'),
      name,
      type,
      ...rest,
    ]);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    return output.trim();
  });
}

const pollMs = 200;
const polls = 50;

async function asked(world: World, step: CallStep, call: () => Promise<string>, isOld = false): Promise<Result> {
  const says = isOld ? withoutNoData({ outcome: step.says } as Observation).outcome : step.says;
  await world.restart();
  let said = await call();
  for (let count = 0; step.eventually === true && said !== says && count < polls; count += 1) {
    await sleep(pollMs);
    said = await call();
  }
  if (said !== says) return { said, fault: `"${said}" in place of "${says}" (${step.call})` };
  if (step.asked === undefined) return { said };
  const questions = await questionsOf(world);
  const [got, wanted] = [questions.join(', '), step.asked.join(', ')];
  return got === wanted
    ? { said }
    : { said, fault: `asked ${got || 'nothing'} in place of ${wanted || 'nothing'} (${step.call})` };
}

/** Server and name, in their order, both families of a name once; what the sidecar asks for its own sake is left out. */
async function questionsOf(world: World): Promise<string[]> {
  const texts = (await world.queries())
    .filter(({ name }) => !name.includes('.loop.'))
    .map(
      ({ server, name, transport }) =>
        `${server.replace('192.0.2.', 'N')} ${name}${transport === 'tcp' ? ' over TCP' : ''}`,
    );
  return texts.filter((text, index) => text !== texts[index - 1]);
}
