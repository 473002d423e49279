/** Asks the sidecar of a pod for the record of a lookup, over a port-forward. */
import { sidecar } from '../../shared/values/names.ts';
import { traceFormat, tracePath, type TraceRecord } from '../../shared/report/trace-record.ts';
import { sidecarOf } from '../../webhook/kubernetes/pod.ts';
import { isObject, stringAt, type Json } from '../../webhook/kubernetes/json.ts';
import { postOver, type Received } from '../cluster/http-over.ts';
import { ClusterError, type ClusterReader } from '../cluster/reader.ts';
import { sidecarEnvironment } from '../manifests/injected-pod.ts';
import type { TracedLookup } from '../report/trace-text.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { readPod, type PodInCluster } from './cluster-pod.ts';
import { readTraceRecord } from './trace-shape.ts';

/** A trace has 45 seconds; the way to the pod takes some, too. */
const timeoutMs = 60_000;

export async function traceInPod(reader: ClusterReader, place: PodInCluster, name: string): Promise<TracedLookup> {
  const pod = await readPod(reader, place);
  const title = `Pod ${place.namespace}/${place.name}`;
  if (sidecarOf(pod) === undefined)
    throw new UsageError(`${title} has no sidecar that could be asked; without --in-pod it is played here`);
  const connection = await reader.forward(place.namespace, place.name, adminPort(sidecarEnvironment(pod)));
  const received = await postOver(connection, { path: tracePath, body: { name }, timeoutMs });
  return { title: `${title} (context ${reader.context})`, record: recordIn(received, title) };
}

/** Of the first address on which it listens. */
export function adminPort(environment: Readonly<Record<string, string>>): number {
  const [first = ''] = (environment['RESOLVER_ADMIN_LISTEN'] ?? '').split(',');
  const port = Number(/:(\d+)$/.exec(first.trim())?.[1]);
  return port > 0 ? port : sidecar.adminPort;
}

/** What came, as the record that it has to be. */
export function recordIn({ status, text }: Received, title: string): TraceRecord {
  const body = parsed(text);
  if (status === 200 && stringAt(body, 'format') === traceFormat) return readTraceRecord(body, title);
  const said = stringAt(body, 'error') ?? text.trim().slice(0, 200);
  if (status === 400) throw new UsageError(`the sidecar refuses the name: ${said}`);
  if (status === 404) throw new ClusterError('failed', `the sidecar of ${title} gives no traces: ${said}`);
  if (status === 405) throw new ClusterError('failed', `the sidecar of ${title} is older than traces are`);
  throw new ClusterError('failed', `the sidecar of ${title} answers ${status}: ${said}`);
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
