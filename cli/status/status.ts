/** `status`: reads the cluster, once or again and again, and prints what it is. */
import { readPod } from '../explain/cluster-pod.ts';
import { readInstallation } from '../cluster/installation.ts';
import { ClusterError, type ClusterReader } from '../cluster/reader.ts';
import { readSurroundings } from '../cluster/surroundings.ts';
import { formatDocument } from '../report/format-document.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { clearScreen, outputColumns, print } from '../terminal/output.ts';
import { writeText } from '../terminal/streams.ts';
import { unknownOf, type ClusterStatus } from './cluster-status.ts';
import type { StatusOptions } from './options.ts';
import { podStatus, podStatusDocument, podStatusText } from './pod-status.ts';
import { readStatus } from './read-status.ts';
import { statusDocument } from './status-document.ts';
import { missedText, statusText } from './status-text.ts';

export interface StatusSurroundings {
  readonly reader: ClusterReader;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Between two looks with --watch; ends when it is stopped, too. */
  readonly wait: (ms: number) => Promise<void>;
  readonly onPods: (pods: number) => void;
  /** Called before anything is printed. */
  readonly onRead: () => void;
}

const watchMs = 5000;

/** @returns how the command ends */
export async function status(options: StatusOptions, surroundings: StatusSurroundings): Promise<number> {
  const { what, isWatched } = options;
  if (what.is === 'pod') return printPodStatus(options, what.name, surroundings);
  if (!isWatched) return printStatus(options, await read(options, surroundings), surroundings);
  const { signal, wait } = surroundings;
  while (!signal.aborted) {
    const found = await read(options, surroundings);
    if (signal.aborted) break;
    clearScreen();
    printStatus(options, found, surroundings);
    await wait(watchMs);
  }
  return exitCodes.interrupted;
}

async function read(
  { what, selection }: StatusOptions,
  { reader, signal, onPods, onRead }: StatusSurroundings,
): Promise<ClusterStatus> {
  const { namespace, selector } = selection;
  const found = await readStatus(reader, { namespace, selector, isSampled: what.is === 'all', signal, onPods });
  onRead();
  return found;
}

function printStatus({ what, output }: StatusOptions, found: ClusterStatus, { now }: StatusSurroundings): number {
  if (output !== 'table') writeText(formatDocument(statusDocument(found, now()), output));
  else if (what.is === 'all') print(...statusText(found, now(), outputColumns()));
  else if (found.pods.isKnown) print(...missedText(found.pods.value, found.kubectl, outputColumns()));
  if (!found.pods.isKnown && what.is === 'missed') throw new ClusterError('forbidden', found.pods.why);
  if (!found.isComplete) return exitCodes.interrupted;
  return unknownOf(found).length === 0 ? exitCodes.done : exitCodes.unreachable;
}

async function printPodStatus(
  { selection, output }: StatusOptions,
  name: string,
  { reader, onRead }: StatusSurroundings,
): Promise<number> {
  const namespace = selection.namespace ?? reader.namespace;
  const pod = await readPod(reader, { namespace, name });
  const { contextOf, assumed } = await readSurroundings(reader, await readInstallation(reader), namespace);
  const found = podStatus(pod, contextOf(namespace), { assumed, kubectl: reader.kubectl });
  onRead();
  if (output === 'table') print(...podStatusText(found, outputColumns()));
  else writeText(formatDocument(podStatusDocument(found), output));
  return exitCodes.done;
}
