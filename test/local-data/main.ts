/**
 * `npm run test:local-data [-- --peer PATH]`: what go-dnsmasq does and was asked for, played with real C libraries over real
 * sockets against the built sidecar in its profile host. With `--peer` against a go-dnsmasq binary (or another program that
 * reads its variables), too: both are printed side by side. Exit code 1 where the sidecar does other than the table says.
 */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { provideEachLibc, type Libc } from '../support/worlds/libcs.ts';
import { createPool } from '../support/worlds/pool.ts';
import { requireSidecar } from '../support/worlds/sidecar.ts';
import type { Behaviour } from './behaviour.ts';
import { behaviours } from './behaviours.ts';
import { peer, sidecar, type Resolver } from './resolvers.ts';
import { runBehaviour, type Played } from './run-behaviour.ts';

/** Worlds at a time: each holds a Node process or two. */
const worlds = 3;

const libcNames = ['glibc', 'musl-1.2.2', 'musl-1.2.5'] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: { peer: { type: 'string' }, only: { type: 'string' } } });
  requireSidecar();
  if (values.peer !== undefined) await access(values.peer, constants.X_OK);
  const available = await provideEachLibc(libcNames);
  if (available === undefined) return 1;
  const libcs = libcNames.flatMap((name) => available[name] ?? []);
  const resolvers = [sidecar, ...(values.peer === undefined ? [] : [peer(resolve(values.peer))])];
  const chosen = behaviours.flatMap(({ section, of }) =>
    of.filter(({ what }) => what.includes(values.only ?? '')).map((behaviour) => ({ section, behaviour })),
  );
  const pool = createPool(worlds);
  let faulty = 0;
  console.log(`clients: ${libcs.map(({ name, version }) => `${name} (${version})`).join(', ')}, and single packets`);
  try {
    const runs = chosen.map(({ behaviour }) => runWith(resolvers, { behaviour, libcs, pool }));
    let last = '';
    for (const [index, { section, behaviour }] of chosen.entries()) {
      if (section !== last) console.log(`\n${section}`);
      last = section;
      const [ours = noRun, theirs] = (await runs[index]) ?? [];
      faulty += ours.faults.length === 0 ? 0 : 1;
      print(behaviour, ours, theirs);
    }
  } finally {
    await pool.close();
  }
  console.log(`\n${chosen.length} behaviours, ${faulty === 0 ? 'all as the table says' : `${faulty} otherwise`}`);
  return faulty === 0 ? 0 : 1;
}

const noRun: Played = { said: [], faults: ['it did not run'] };

function runWith(
  resolvers: readonly Resolver[],
  { behaviour, libcs, pool }: { behaviour: Behaviour; libcs: readonly Libc[]; pool: ReturnType<typeof createPool> },
): Promise<Played[]> {
  const failed = (error: unknown): Played => ({
    said: [],
    faults: [error instanceof Error ? error.message : String(error)],
  });
  return Promise.all(
    resolvers.map((resolver) => pool.run((world) => runBehaviour(world, behaviour, { resolver, libcs })).catch(failed)),
  );
}

function print({ what, theirs: saidOfThem }: Behaviour, ours: Played, theirs: Played | undefined): void {
  console.log(`  ${ours.faults.length === 0 ? 'ok   ' : 'FAULT'} ${what}`);
  console.log(`          alpine-resolver: ${ours.said.join(' | ')}`);
  for (const fault of ours.faults) console.log(`          FAULT ${fault}`);
  if (theirs)
    console.log(
      `          peer: ${theirs.faults.length === 0 ? 'the same' : theirs.faults.join('\n          peer: ')}`,
    );
  if (saidOfThem !== undefined) console.log(`          go-dnsmasq, by its source: ${saidOfThem}`);
}
