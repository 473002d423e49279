/** Programs of Debian 12 that tests run in a world: unpacked, not installed, so that no service of theirs is started. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from './debian.ts';

/** Program → the package that brings it, and where. */
const programs = {
  haproxy: ['haproxy', 'usr/sbin/haproxy'],
  dig: ['bind9-dnsutils', 'usr/bin/dig'],
  delv: ['bind9-dnsutils', 'usr/bin/delv'],
  'unbound-host': ['unbound-host', 'usr/bin/unbound-host'],
  nsd: ['nsd', 'usr/sbin/nsd'],
  'ldns-keygen': ['ldnsutils', 'usr/bin/ldns-keygen'],
  'ldns-signzone': ['ldnsutils', 'usr/bin/ldns-signzone'],
} as const;

export type DebianProgram = keyof typeof programs;

export interface DebianPrograms {
  path(program: DebianProgram): string;
  /** For their shared libraries. */
  readonly env: Record<string, string>;
}

const suite = 'bookworm';

let found: Promise<DebianPrograms> | undefined;

/** Fails with the reason when they cannot be had here. */
export function provideDebianPrograms(): Promise<DebianPrograms> {
  return (found ??= unpack());
}

async function unpack(): Promise<DebianPrograms> {
  const names = [...new Set(Object.values(programs).map(([name]) => name))];
  const { folder } = await unpackedPackages(suite, names, { withLibraries: true });
  const libraries = join(folder, 'usr/lib');
  const machines = readdirSync(libraries).filter((name) => name.endsWith('-linux-gnu'));
  return {
    path: (program) => join(folder, programs[program][1]),
    env: { LD_LIBRARY_PATH: machines.map((name) => join(libraries, name)).join(':') },
  };
}
