/** The machine's real C libraries, each through a small program that makes one call of `getaddrinfo`. */
import { spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '../models/lookup.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { Lookup, NameLookups } from '../report/comparison.ts';
import type { PodFiles } from './pod-files.ts';

export interface RealLibc {
  readonly version: string;
  readonly command: readonly string[];
}

export interface RealLibcs {
  readonly musl: RealLibc;
  readonly glibc: RealLibc;
}

const programSource = `
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
int main(int count, char **words)
{
	if (count < 2) {
#ifdef __GLIBC__
		puts(gnu_get_libc_version());
#endif
		return 0;
	}
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME}, *list = 0;
	struct timespec start, end;
	clock_gettime(CLOCK_MONOTONIC, &start);
	int code = getaddrinfo(words[1], 0, &hints, &list);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%d %f\\n", code, (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6);
	for (; !code && list; list = list->ai_next) {
		char text[INET6_ADDRSTRLEN];
		void *address = list->ai_family == AF_INET ? (void *)&((struct sockaddr_in *)list->ai_addr)->sin_addr
		                                           : (void *)&((struct sockaddr_in6 *)list->ai_addr)->sin6_addr;
		puts(inet_ntop(list->ai_family, address, text, sizeof text));
	}
	return 0;
}
`;

/** EAI_* of both libraries. */
const outcomes: Readonly<Record<string, Outcome>> = { '0': 'OK', '-2': 'NONAME', '-3': 'AGAIN', '-5': 'NODATA' };

/** Covers the files that a C library reads, for one program. */
const cover = 'mount --bind "$0" /etc/resolv.conf; mount --bind "$1" /etc/hosts; shift; exec "$@"';

/** Throws with what to install. */
export async function buildRealLibcs(folder: string): Promise<RealLibcs> {
  const source = join(folder, 'lookup.c');
  await writeFile(source, programSource);
  const [loader] = globSync('/lib/ld-musl-*.so.1');
  const glibc = compiled('cc', source, join(folder, 'lookup-glibc'));
  const musl = compiled('musl-gcc', source, join(folder, 'lookup-musl'));
  if (glibc === undefined || musl === undefined || loader === undefined)
    throw new Error('--real needs a C compiler for glibc and one for musl; on Debian: apt-get install gcc musl-tools');
  const glibcVersion = spawnSync(glibc, { encoding: 'utf8' }).stdout.trim();
  if (glibcVersion === '')
    throw new Error("--real: this machine's cc does not build for glibc, whose answers are the measure");
  const muslVersion = /Version (\S+)/.exec(spawnSync(loader, { encoding: 'utf8' }).stderr)?.[1] ?? '';
  return { glibc: { version: glibcVersion, command: [glibc] }, musl: { version: muslVersion, command: [musl] } };
}

function compiled(compiler: string, source: string, output: string): string | undefined {
  const result = spawnSync(compiler, ['-O1', '-o', output, source]);
  return result.status === 0 ? output : undefined;
}

export interface RealSetup {
  readonly libcs: RealLibcs;
  readonly files: PodFiles;
  readonly clusterDns: ClusterDns;
  /** The sidecar's metrics say which queries it had. */
  readonly adminPort: number;
}

/** One after the other, so that the servers' counts show whose queries they were. */
export async function lookUpNamesReally(
  names: readonly string[],
  { libcs, files, clusterDns, adminPort }: RealSetup,
  onDone: (count: number) => void,
): Promise<NameLookups[]> {
  const atNameserver = { resolvConf: files.originalFile, count: () => Promise.resolve(clusterDns.queries) };
  const atSidecar = { resolvConf: files.seenFile, count: () => queriesOfSidecar(adminPort) };
  const rows: NameLookups[] = [];
  for (const name of names) {
    const musl = await lookUp(libcs.musl, name, files.hostsFile, atNameserver);
    const glibc = await lookUp(libcs.glibc, name, files.hostsFile, atNameserver);
    const injected = await lookUp(libcs.musl, name, files.hostsFile, atSidecar);
    rows.push({ name, musl, glibc, injected });
    onDone(rows.length);
  }
  return rows;
}

interface View {
  readonly resolvConf: string;
  /** Queries that the server of this file has got so far. */
  count(): Promise<number>;
}

async function lookUp(libc: RealLibc, name: string, hosts: string, view: View): Promise<Lookup> {
  const before = await view.count();
  const command = ['unshare', '--mount', 'sh', '-ec', cover, view.resolvConf, hosts, ...libc.command, name];
  const [first = '', ...addresses] = (await output(command)).trim().split('\n');
  const [code = '', elapsed = ''] = first.split(' ');
  return {
    outcome: outcomes[code] ?? 'AGAIN',
    addresses,
    elapsedMs: Number(elapsed),
    queries: (await view.count()) - before,
  };
}

async function queriesOfSidecar(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const values = (await response.text()).matchAll(/^alpine_resolver_queries_total\{.*\} (\d+)$/gm);
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

function output([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${program} ${args.join(' ')} ended with ${code}`)),
    );
  });
}
