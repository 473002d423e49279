/** Lookups by the machine's real C libraries, directly and through the sidecar. */
import { askRealLibc, type RealLibc, type RealLibcs } from '../network/real-libcs.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { Lookup, NameLookups } from '../report/comparison.ts';
import type { PodFiles } from './pod-files.ts';

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
  const result = await askRealLibc(libc, name, { resolvConf: view.resolvConf, hosts });
  return { ...result, queries: (await view.count()) - before };
}

async function queriesOfSidecar(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const values = (await response.text()).matchAll(/^alpine_resolver_queries_total\{.*\} (\d+)$/gm);
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}
