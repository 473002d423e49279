/** Reads what `status` needs of a cluster, with as few rights as it is given. */
import { X509Certificate } from 'node:crypto';
import { sidecar, webhook as names } from '../../shared/values/names.ts';
import { isOptedIn } from '../../webhook/kubernetes/namespace.ts';
import { objectsAt, stringAt, textsAt, valueAt, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { readInstallation, readWebhookPods, type Installation } from '../cluster/installation.ts';
import { paths } from '../cluster/paths.ts';
import {
  ClusterError,
  collected,
  unlessForbidden,
  untilStopped,
  type ClusterReader,
  type Known,
} from '../cluster/reader.ts';
import { readSurroundings, type ClusterSurroundings } from '../cluster/surroundings.ts';
import { countText } from '../terminal/count-text.ts';
import {
  type ClusterStatus,
  type Refusal,
  type SampledTroubles,
  type WebhookConfiguration,
  type WebhookStatus,
} from './cluster-status.ts';
import { readMetrics, troublesIn } from './metrics-text.ts';
import { podState } from './pod-state.ts';
import { createTally, type PodTally } from './tally.ts';

export interface StatusRequest {
  /** undefined: all. */
  readonly namespace: string | undefined;
  readonly selector: string | undefined;
  /** Whether metrics of the programs are read. */
  readonly isSampled: boolean;
  /** Ends the reading of pods. */
  readonly signal: AbortSignal | undefined;
  /** Called now and then with the number of pods so far. */
  readonly onPods: (pods: number) => void;
}

export async function readStatus(reader: ClusterReader, request: StatusRequest): Promise<ClusterStatus> {
  const installation = await readInstallation(reader);
  const surroundings = await readSurroundings(reader, installation, request.namespace);
  const pods = await unlessForbidden(tallyPods(reader, request, surroundings));
  const isComplete = request.signal?.aborted !== true;
  const isSampled = request.isSampled && isComplete;
  const [webhook, refusals, troubles] = await Promise.all([
    readWebhook(reader, installation, isSampled),
    isComplete ? unlessForbidden(readRefusals(reader, request.namespace)) : interrupted,
    isSampled && pods.isKnown ? unlessForbidden(readTroubles(reader, pods.value)) : notSampled,
  ]);
  const { namespaces, assumed } = surroundings;
  return {
    ...{ context: reader.context, kubectl: reader.kubectl },
    ...{ webhook, pods, refusals, troubles, isComplete },
    assumed: [...assumed, ...untroubled(troubles)],
    namespaces: namespaces.isKnown ? { isKnown: true, value: optedIn(namespaces.value) } : namespaces,
  };
}

/** What is taken in the place of metrics that could not be read, where those of others could. */
function untroubled(troubles: Known<SampledTroubles>): string[] {
  const unread = troubles.isKnown ? troubles.value.unread : undefined;
  if (unread === undefined) return [];
  const { sidecars, why } = unread;
  return [`nothing goes wrong in ${countText(sidecars, 'sidecar')} whose metrics are not known (${why})`];
}

const interrupted = { isKnown: false, why: 'interrupted' } as const;
const notSampled = { isKnown: false, why: 'not asked for' } as const;

function optedIn(namespaces: readonly JsonObject[]): string[] {
  return namespaces
    .map((object) => ({
      name: stringAt(object, 'metadata', 'name') ?? '',
      labels: textsAt(object, 'metadata', 'labels'),
      annotations: {},
    }))
    .filter(isOptedIn)
    .map(({ name }) => name)
    .toSorted();
}

/** So often the number of pods is told. */
const toldEvery = 100;

async function tallyPods(
  reader: ClusterReader,
  { namespace, selector, signal, onPods }: StatusRequest,
  { contextOf }: ClusterSurroundings,
): Promise<PodTally> {
  const tally = createTally();
  let count = 0;
  const pods = reader.list(paths.inNamespace('pods', namespace), { labelSelector: selector });
  for await (const pod of untilStopped(pods, signal)) {
    tally.add(pod, podState(pod, contextOf(stringAt(pod, 'metadata', 'namespace') ?? '')));
    if (++count % toldEvery === 0) onPods(count);
  }
  return tally.result();
}

async function readWebhook(
  reader: ClusterReader,
  { namespace, version, configuration, entry, deployment }: Installation,
  isSampled: boolean,
): Promise<WebhookStatus> {
  const container = deployment.isKnown
    ? objectsAt(deployment.value, 'spec', 'template', 'spec', 'containers').find(({ name }) => name === 'webhook')
    : undefined;
  return {
    ...{ namespace, version },
    replicas: mapped(deployment, (found) => found && replicasOf(found)),
    configuration: mapped(configuration, () => entry && configurationOf(entry)),
    certificateEndsMs: isSampled ? await unlessForbidden(readCertificateEnd(reader, namespace)) : notSampled,
    settings: objectsAt(container, 'env').flatMap((one) => {
      const [name, value] = [stringAt(one, 'name'), stringAt(one, 'value')];
      return name === undefined || value === undefined ? [] : [{ name, value }];
    }),
  };
}

function mapped<From, To>(known: Known<From>, change: (value: From) => To): Known<To> {
  return known.isKnown ? { isKnown: true, value: change(known.value) } : known;
}

function replicasOf(deployment: JsonObject): { wanted: number; ready: number } {
  return {
    wanted: numberAt(valueAt(deployment, 'spec', 'replicas'), 1),
    ready: numberAt(valueAt(deployment, 'status', 'readyReplicas'), 0),
  };
}

function numberAt(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** As the API server fills it in: admissionregistration.k8s.io/v1. */
function configurationOf(entry: JsonObject): WebhookConfiguration {
  const bundle = Buffer.from(stringAt(entry, 'clientConfig', 'caBundle') ?? '', 'base64').toString('latin1');
  return {
    failurePolicy: stringAt(entry, 'failurePolicy') ?? 'Fail',
    timeoutSeconds: numberAt(valueAt(entry, 'timeoutSeconds'), 10),
    authorities: authoritiesIn(bundle),
  };
}

function authoritiesIn(bundle: string): { subject: string; endsMs: number }[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      const { subject, validToDate } = new X509Certificate(block);
      return [{ subject: subject.replaceAll('\n', ', '), endsMs: validToDate.getTime() }];
    } catch {
      return [];
    }
  });
}

/** The earliest of all replicas. */
async function readCertificateEnd(reader: ClusterReader, namespace: string): Promise<number> {
  const pods = await readWebhookPods(reader, namespace);
  const running = pods.filter((pod) => stringAt(pod, 'status', 'phase') === 'Running');
  const texts = await Promise.all(
    running.map((pod) =>
      reader.text(paths.podMetrics(namespace, stringAt(pod, 'metadata', 'name') ?? '', names.adminPort)),
    ),
  );
  const ends = texts.flatMap((text) =>
    readMetrics(text)
      .filter(
        ({ name, labels }) => name.endsWith('certificate_expiry_timestamp_seconds') && labels['certificate'] === 'leaf',
      )
      .map(({ value }) => value * 1000),
  );
  if (ends.length === 0) throw new ClusterError('failed', 'no running pod of the webhook says it');
  return Math.min(...ends);
}

/** The events of the webhook. */
async function readRefusals(reader: ClusterReader, namespace: string | undefined): Promise<Refusal[]> {
  const events = reader.list(paths.inNamespace('events', namespace), { fieldSelector: 'reason=InjectionRefused' });
  return (await collected(events)).map((event) => {
    const { kind, name } = textsAt(event, 'involvedObject');
    const where = stringAt(event, 'involvedObject', 'namespace') ?? '';
    return {
      owner: `${kind ?? ''} ${where}/${name ?? ''}`,
      message: stringAt(event, 'message') ?? '',
      count: numberAt(valueAt(event, 'count'), 1),
    };
  });
}

/** Of a bounded sample; one that does not answer, or with more than can be metrics, is counted apart. */
async function readTroubles(reader: ClusterReader, { sample }: PodTally): Promise<SampledTroubles> {
  const read = await Promise.all(
    sample.map(({ namespace, name }) =>
      unlessForbidden(reader.text(paths.podMetrics(namespace, name, sidecar.adminPort))),
    ),
  );
  const texts = read.flatMap((one) => (one.isKnown ? [one.value] : []));
  const whys = read.flatMap((one) => (one.isKnown ? [] : [one.why]));
  const [why] = whys;
  if (texts.length === 0 && why !== undefined) throw new ClusterError('failed', why);
  const unread = why === undefined ? undefined : { sidecars: whys.length, why };
  return { sampled: texts.length, troubles: troublesIn(texts), unread };
}
