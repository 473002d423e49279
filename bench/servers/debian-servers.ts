/** Nameservers that Debian packages: unpacked into the cache folder, not installed, so that no service of theirs is started. */
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackedPackages } from '../../test/support/machine/debian.ts';
import { loopback, type Server, type ServerSetup } from './server.ts';

const suite = 'bookworm';
const dnsmasqPackage = 'dnsmasq-base';
const unboundPackage = 'unbound';

/** More than all names of a measurement, of both families. */
export const cacheEntries = 10_000;

export async function debianServers(): Promise<readonly Server[]> {
  const { folder, versions } = await unpackedPackages(suite, [dnsmasqPackage, unboundPackage], { withLibraries: true });
  const libraries = join(folder, 'usr/lib');
  const machines = readdirSync(libraries).filter((name) => name.endsWith('-linux-gnu'));
  const environment = { LD_LIBRARY_PATH: machines.map((name) => join(libraries, name)).join(':') };
  return [
    {
      name: 'dnsmasq',
      kind: 'peer',
      version: `Debian's ${versions[dnsmasqPackage]}`,
      asked: 'plain',
      command: async (setup) => ({ command: dnsmasqCommand(join(folder, 'usr/sbin/dnsmasq'), setup), environment }),
    },
    {
      name: 'unbound',
      kind: 'peer',
      version: `Debian's ${versions[unboundPackage]}`,
      asked: 'plain',
      async command(setup) {
        const file = join(setup.folder, `unbound-${setup.port}.conf`);
        await writeFile(file, unboundConfiguration(setup));
        return { command: [join(folder, 'usr/sbin/unbound'), '-d', '-c', file], environment };
      },
    },
  ];
}

function dnsmasqCommand(program: string, { port, upstreamPort, cached, addresses = loopback }: ServerSetup): string[] {
  return [
    program,
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    '--group=root',
    '--pid-file=',
    `--port=${port}`,
    `--listen-address=${addresses.listen}`,
    '--bind-interfaces',
    `--server=${addresses.upstream}#${upstreamPort}`,
    `--cache-size=${cached ? cacheEntries : 0}`,
    '--dns-forward-max=10000',
  ];
}

/** What must not be cached has a TTL of 0: unbound cannot do without its cache. */
function unboundConfiguration({ port, upstreamPort }: ServerSetup): string {
  return `server:
  interface: 127.0.0.1@${port}
  num-threads: 1
  username: ""
  chroot: ""
  directory: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  module-config: "iterator"
  outgoing-range: 4096
  num-queries-per-thread: 2048
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstreamPort}
`;
}
