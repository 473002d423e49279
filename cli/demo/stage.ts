/** The demo's programs and its nameserver, on free ports of one address; all of it ends with the stack. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClusterDns, type ClusterDns } from './cluster-dns.ts';
import { createZone, type Cluster } from './cluster-zone.ts';
import type { PodFiles } from './pod-files.ts';
import { portOf, startProgram, type Program } from './programs.ts';

export interface Stage {
  readonly stack: AsyncDisposableStack;
  /** Where the bundles of the programs are. */
  readonly folder: string;
}

export interface Started {
  readonly program: Program;
  readonly port: number;
}

export interface StartedSidecar extends Started {
  readonly adminPort: number;
}

export const loopback = '127.0.0.1';

/** Made, and given to the stack, in one step: the demo may be ended at any `await`, and nothing may stay behind. */
export function temporaryFolder(stack: AsyncDisposableStack): string {
  throwIfEnded(stack);
  const folder = mkdtempSync(join(tmpdir(), 'alpine-resolver-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function startOwned({ stack, folder }: Stage, name: 'sidecar' | 'webhook', env: Record<string, string>): Program {
  throwIfEnded(stack);
  const program = startProgram(folder, name, env);
  stack.defer(program.stop);
  return program;
}

function throwIfEnded(stack: AsyncDisposableStack): void {
  if (stack.disposed) throw new Error('the demo has ended');
}

/** What the kubelet writes into the webhook's own pod; the webhook learns the cluster's DNS from it. */
function webhookResolvConf({ domain, nameserver, nodeSearch }: Cluster): string {
  const search = [`alpine-resolver.svc.${domain}`, `svc.${domain}`, domain, ...nodeSearch];
  return `search ${search.join(' ')}\nnameserver ${nameserver}\noptions ndots:5\n`;
}

export async function startWebhook({ stack, folder }: Stage, cluster: Cluster): Promise<Started> {
  const resolvConf = join(temporaryFolder(stack), 'resolv.conf');
  writeFileSync(resolvConf, webhookResolvConf(cluster));
  const program = startOwned({ stack, folder }, 'webhook', {
    WEBHOOK_CLUSTER: 'none',
    WEBHOOK_LISTEN: `${loopback}:0`,
    WEBHOOK_ADMIN_LISTEN: `${loopback}:0`,
    WEBHOOK_RESOLV_CONF: resolvConf,
    WEBHOOK_DRAIN_SECONDS: '0',
  });
  const line = await program.logged(({ event, role }) => event === 'listening' && role === 'webhook');
  return { program, port: portOf(line, 'addresses') };
}

/** @param dnsPort 0 takes a free one */
export async function startSidecar(
  stage: Stage,
  files: PodFiles,
  upstreamPort: number,
  dnsPort = 0,
): Promise<StartedSidecar> {
  const program = startOwned(stage, 'sidecar', {
    ...files.env,
    RESOLVER_LISTEN: `${loopback}:${dnsPort}`,
    RESOLVER_ADMIN_LISTEN: `${loopback}:0`,
    RESOLVER_UPSTREAM_PORT: String(upstreamPort),
  });
  const listening = await program.logged(({ event }) => event === 'listening');
  const ready = await program.logged(({ event }) => event === 'ready');
  return { program, port: portOf(listening, 'addresses'), adminPort: portOf(ready, 'admin') };
}

export async function startNameserver(
  { stack }: Stage,
  cluster: Cluster,
  namespace: string,
  address = loopback,
  port = 0,
): Promise<ClusterDns> {
  const clusterDns = await startClusterDns(createZone(cluster.domain, namespace), address, port);
  stack.defer(clusterDns.close);
  return clusterDns;
}
