/** Makes every address of a world's answers one of its own, with the web server behind it. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { World } from '../support/worlds/world.ts';
import { clientPrograms } from './build/sources.ts';

/** The addresses that cases may use. */
const routes = [
  ['-4', '10.0.0.0/8'],
  ['-6', '2001:db8:1::/48'],
] as const;

const opened = new WeakMap<World, Promise<void>>();

export function openToConnections(world: World): Promise<void> {
  const open = opened.get(world) ?? startServer(world);
  opened.set(world, open);
  return open;
}

async function startServer(world: World): Promise<void> {
  for (const [family, network] of routes) {
    const route = world.start('direct', ['ip', family, 'route', 'add', 'local', network, 'dev', 'lo']);
    const [code] = await once(route, 'close');
    if (code !== 0) throw new Error(`no route to ${network} in the world: ip ended with ${code}`);
  }
  const server = world.start('direct', [process.execPath, join(clientPrograms, 'address-server.ts')]);
  if (server.stdout === null) throw new Error('the web server has no output');
  await once(server.stdout, 'data');
}
