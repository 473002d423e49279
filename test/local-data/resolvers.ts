/** Who is asked: the built sidecar in its profile host, or another resolver that reads go-dnsmasq's variables. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSidecar } from '../support/worlds/sidecar.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import type { World } from '../support/worlds/world.ts';
import type { Behaviour } from './behaviour.ts';

export interface Resolver {
  readonly name: string;
  /** Starts it in a prepared world; what it returns stops it. */
  start(world: World, behaviour: Behaviour, libc: Libc): Promise<() => Promise<unknown>>;
}

export const sidecar: Resolver = {
  name: 'alpine-resolver',
  async start(world, { both = {}, ours = {} }) {
    const started = await startSidecar(world, {
      RESOLVER_PROFILE: 'host',
      ...('DNSMASQ_HOSTSFILE' in both ? {} : { RESOLVER_HOSTS_FILE: `${world.folder}/none` }),
      ...variables(world, { ...both, ...ours }),
    });
    return () => started.stop();
  },
};

/** go-dnsmasq, or whoever takes its variables and asks the servers of `/etc/resolv.conf`. */
export function peer(path: string): Resolver {
  return {
    name: path.split('/').at(-1) ?? path,
    async start(world, { both = {} }, libc) {
      const environment = { DNSMASQ_LISTEN: '127.0.0.1:53', ...variables(world, both) };
      const child = world.start('direct', [path], environment);
      child.stdout?.resume();
      child.stderr?.resume();
      const ended = once(child, 'close');
      await Promise.race([answering(world, libc), ended.then(() => Promise.reject(new Error(`${path} ended`)))]);
      return () => {
        child.kill('SIGTERM');
        return ended;
      };
    },
  };
}

const pollMs = 50;
const polls = 100;

/** Until something is said to a client. */
async function answering(world: World, libc: Libc): Promise<void> {
  for (let count = 0; count < polls; count += 1) {
    const { outcome } = await world.lookup(libc, 'injected', 'deadline 2 ; res_query A ready.test');
    if (outcome !== 'AGAIN' && outcome !== 'KILLED') return;
    await sleep(pollMs);
  }
}

function variables(world: World, texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text.replaceAll('{folder}', world.folder)]),
  );
}
