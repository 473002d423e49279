/** What this machine's real libraries say, beside what the models do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRealLibc, buildRealLibcs } from '../network/real-libcs.ts';
import type { RealLookup } from '../report/explanation.ts';

/** @param resolvConf the text that they read; of the hosts file they see `localhost` alone, as the models see none */
export async function askRealLibraries(name: string, resolvConf: string): Promise<RealLookup[]> {
  const folder = mkdtempSync(join(tmpdir(), 'alpine-resolver-'));
  try {
    const files = { resolvConf: join(folder, 'resolv.conf'), hosts: join(folder, 'hosts') };
    writeFileSync(files.resolvConf, resolvConf);
    writeFileSync(files.hosts, '127.0.0.1 localhost\n::1 localhost\n');
    const { glibc, musl } = await buildRealLibcs(folder);
    const named = [
      { title: `real glibc ${glibc.version}`, libc: glibc },
      { title: `real musl ${musl.version}`, libc: musl },
    ];
    return await Promise.all(
      named.map(async ({ title, libc }) => ({
        title,
        lookup: { ...(await askRealLibc(libc, name, files)), queries: 0 },
      })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
