/** Gathers what helps to understand a failure into the folder that holds the logs of the node's parts. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kubectl } from './kubectl.ts';
import { type Machine, endedParts } from './machine/namespaces.ts';
import { logsFolder } from './paths.ts';

const questions: Readonly<Record<string, readonly string[]>> = {
  'pods.txt': ['get', 'pods', '--all-namespaces', '--output=wide'],
  'pods.yaml': ['get', 'pods', '--all-namespaces', '--output=yaml'],
  'events.txt': ['get', 'events', '--all-namespaces', '--sort-by=.lastTimestamp'],
  'described.txt': ['describe', 'nodes,pods,deployments,jobs', '--all-namespaces'],
  'webhooks.yaml': ['get', 'mutatingwebhookconfigurations', '--output=yaml'],
};

/** Gives lines for the user; it never fails itself. */
export async function gatherFailureLogs(kubectl: Kubectl | undefined, machine: Machine | undefined): Promise<string[]> {
  await mkdir(logsFolder, { recursive: true });
  if (kubectl !== undefined) {
    for (const [file, args] of Object.entries(questions)) {
      const answer = await kubectl.try(args, { timeoutMs: 20_000 }).catch(() => undefined);
      if (answer !== undefined) await writeFile(join(logsFolder, file), answer.stdout + answer.stderr);
    }
  }
  if (machine !== undefined) {
    // The node's own file system, seen from outside its namespaces.
    const podLogs = `/proc/${machine.pid}/root/var/log/pods`;
    await cp(podLogs, join(logsFolder, 'pods'), { recursive: true, dereference: true }).catch(() => undefined);
  }
  return [
    ...[...endedParts].map(([name, code]) => `${name} ended by itself (${code}): ${join(logsFolder, `${name}.log`)}`),
    `Logs of every part: ${logsFolder}`,
  ];
}
