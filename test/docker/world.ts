/** Runs inside the namespaces: everything that the proof has, one part behind the other. */
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
  /** `containers`, `from-dnsdock` or `scripted`; undefined: all parts. */
  readonly only?: string | undefined;
}

const options = JSON.parse(process.env['DOCKER_WORLD'] ?? '{}') as WorldOptions;
const checks = createChecks();
console.log(`seed ${options.seed}`);
try {
  await prepareMachine();
  if (options.only !== 'scripted') await proveOnPodman();
  if (isWanted('scripted')) await proveScripted(options, checks);
} catch (error) {
  checks.fail('the proof itself', String(error instanceof Error ? error.stack : error));
}
process.exit(checks.end());

async function proveOnPodman(): Promise<void> {
  const podman = await startPodman(options);
  try {
    if (isWanted('containers')) await proveContainers(podman, options, checks);
    if (isWanted('from-dnsdock')) await proveFromDnsdock(podman, options, checks);
  } finally {
    await podman.stop();
  }
}

function isWanted(part: string): boolean {
  return options.only === undefined || options.only === part;
}
