/** The machine's real C libraries, each through a small program that makes one call of `getaddrinfo`. */
import { spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { LookupResult, Outcome } from '../models/lookup.ts';

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

/** The files that it reads. */
export interface LibcFiles {
  readonly resolvConf: string;
  readonly hosts: string;
}

/** In a mount namespace of its own; without root in a user namespace, too. */
export async function askRealLibc(
  { command }: RealLibc,
  name: string,
  { resolvConf, hosts }: LibcFiles,
): Promise<Omit<LookupResult, 'queries'>> {
  const flags = userInfo().uid === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const [first = '', ...addresses] = (
    await output(['unshare', ...flags, 'sh', '-ec', cover, resolvConf, hosts, ...command, name])
  )
    .trim()
    .split('\n');
  const [code = '', elapsed = ''] = first.split(' ');
  return { outcome: outcomes[code] ?? 'AGAIN', addresses, elapsedMs: Number(elapsed) };
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
