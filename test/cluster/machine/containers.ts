import type { CommandResult } from '../command.ts';
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
