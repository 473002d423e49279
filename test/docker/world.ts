/** Runs inside the namespaces: one part of the proof. */
import { createChecks } from './checks.ts';
import { proveContainers } from './containers.ts';
import { proveFromDnsdock } from './from-dnsdock.ts';
import { prepareMachine, startPodman } from './podman.ts';
import { proveScripted } from './scripted.ts';

export interface WorldOptions {
  readonly folder: string;
  /** A program that waits, linked statically. */
  readonly idle: string;
  /** The command of the probe for each C library. */
  readonly probes: readonly { readonly name: string; readonly probe: readonly string[] }[];
  readonly seed: number;
  /** How long containers change. */
  readonly seconds: number;
}

/** What is proved in one world. */
export type WorldPart = 'containers' | 'from-dnsdock' | 'scripted';

const { part, ...options } = JSON.parse(process.env['DOCKER_WORLD'] ?? '{}') as WorldOptions & { part: WorldPart };
const checks = createChecks();
console.log(`seed ${options.seed}`);
try {
  await prepareMachine();
  if (part === 'scripted') await proveScripted(options, checks);
  else await proveOnPodman(part === 'containers' ? proveContainers : proveFromDnsdock);
} catch (error) {
  checks.fail('the proof itself', String(error instanceof Error ? error.stack : error));
}
process.exit(checks.end());

async function proveOnPodman(prove: typeof proveContainers): Promise<void> {
  const podman = await startPodman(options);
  try {
    await prove(podman, options, checks);
  } finally {
    await podman.stop();
  }
}
