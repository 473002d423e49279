/** Gathers what helps to understand a failure into the folder that holds the logs of the node's parts. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kubectl } from './kubectl.ts';
import { type Machine, endedParts } from './machine/namespaces.ts';
import { logsFolder } from '../support/machine/paths.ts';

const questions: Readonly<Record<string, readonly string[]>> = {
  'pods.txt': ['get', 'pods', '--all-namespaces', '--output=wide'],
  'pods.yaml': ['get', 'pods', '--all-namespaces', '--output=yaml'],
  'events.txt': ['get', 'events', '--all-namespaces', '--sort-by=.lastTimestamp'],
  'described.txt': ['describe', 'nodes,pods,deployments,jobs', '--all-namespaces'],
  'webhooks.yaml': ['get', 'mutatingwebhookconfigurations', '--output=yaml'],
};

/** Of pods that are about to be deleted; into a folder of their own. It never fails itself. */
export async function gatherNamespaceLogs(kubectl: Kubectl, namespace: string): Promise<void> {
  const folder = join(logsFolder, namespace);
  await mkdir(folder, { recursive: true });
  const save = async (file: string, args: readonly string[]): Promise<string> => {
    const answer = await kubectl
      .try([...args, `--namespace=${namespace}`], { timeoutMs: 20_000 })
      .catch((error: unknown) => ({ stdout: '', stderr: String(error) }));
    await writeFile(join(folder, file), answer.stdout + answer.stderr);
    return answer.stdout;
  };
  await save('described.txt', ['describe', 'pods,deployments,jobs']);
  await save('events.txt', ['get', 'events', '--sort-by=.lastTimestamp']);
  await save('pods.yaml', ['get', 'pods', '--output=yaml']);
  const names = await save('pods.txt', ['get', 'pods', '--output=name']);
  for (const pod of names.split('\n').filter(Boolean)) {
    await save(`${pod.replace('pod/', '')}.log`, ['logs', pod, '--all-containers', '--prefix', '--timestamps']);
  }
}

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
