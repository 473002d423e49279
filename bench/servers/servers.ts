/** All that is measured side by side. */
import type { Bench, NamedPeer } from '../bench.ts';
import { corednsServer } from './coredns.ts';
import { cacheEntries, debianServers } from './debian-servers.ts';
import { sidecar } from './sidecar.ts';
import type { Server } from './server.ts';

/** Those that cannot be had here are left out, each with its reason. */
export async function provideServers(
  bench: Bench,
  more: readonly Server[],
): Promise<{ readonly servers: readonly Server[]; readonly missing: readonly string[] }> {
  const servers: Server[] = [sidecar];
  const missing: string[] = [];
  const sources = { 'dnsmasq and unbound': debianServers, CoreDNS: async () => [await corednsServer()] };
  for (const [name, provide] of Object.entries(sources)) {
    try {
      servers.push(...(await provide()));
    } catch (error) {
      missing.push(`${name}: not measured, ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { servers: [...servers, ...bench.peers.map(namedPeer), ...more], missing };
}

/** Its command is one for a shell, which finds its port, the upstream's and the entries of its cache in variables. */
function namedPeer({ name, command }: NamedPeer): Server {
  return {
    name,
    kind: 'peer',
    version: 'as named',
    asked: 'plain',
    command: async ({ port, upstreamPort, cached }) => ({
      command: ['sh', '-c', `exec ${command}`],
      environment: {
        PORT: String(port),
        UPSTREAM_PORT: String(upstreamPort),
        CACHE_ENTRIES: String(cached ? cacheEntries : 0),
      },
    }),
  };
}
