/** Reaches into the containers of the node. */
import type { CommandResult } from '../../support/machine/command.ts';
import { containerdSocket } from './configuration.ts';
import { type Machine, runInMachine } from './namespaces.ts';

/** Runs containerd's own client on the containers of the pods. */
export function runContainerd(
  machine: Machine,
  args: readonly string[],
  options?: { readonly logFile: string },
): Promise<CommandResult> {
  return runInMachine(machine, 'ctr', ['--address', containerdSocket, '--namespace=k8s.io', ...args], options);
}

/** Runs a shell script in the network of a pod, with the programs of the node. */
export async function runInPodNetwork(machine: Machine, podAddress: string, script: string): Promise<void> {
  // The network plugin names the file of a pod's network namespace; the address tells which it is.
  const found = await runInMachine(machine, 'sh', [
    '-c',
    'for file in /run/netns/*; do if nsenter --net="$file" ip -4 -o address | grep -qF " $1/"; then echo "$file"; fi; done',
    'sh',
    podAddress,
  ]);
  const file = found.stdout.trim();
  if (file === '' || file.includes('\n')) throw new Error(`network of ${podAddress}: ${file || 'not found'}`);
  await runInMachine(machine, 'nsenter', [`--net=${file}`, 'sh', '-c', script]);
}
