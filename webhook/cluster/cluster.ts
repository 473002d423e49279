/** Puts together everything that talks to the API server. */
import type { Log } from '../../shared/report/log.ts';
import type { WebhookMetrics } from '../../shared/report/webhook-metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { WebhookSettings } from '../../shared/settings/settings.ts';
import type { CertificateSource } from '../certificates/certificate.ts';
import { publishMounted } from '../certificates/publish-mounted.ts';
import { sharedCertificates } from '../certificates/shared.ts';
import type { ClusterDns } from '../injection/dns/dns-policy.ts';
import type { ServerVersion } from '../kubernetes/server-version.ts';
import type { ProvedImage, Surroundings } from '../review/surroundings.ts';
import { startTicks } from '../../shared/program/ticker.ts';
import { authoritySecret } from './authority-secret.ts';
import { caBundle } from './ca-bundle.ts';
import { connectCluster, type ClusterClient } from './client.ts';
import { agreesWithService, readServerVersion } from './cluster-facts.ts';
import { createEventWriter } from './events.ts';
import { startInformer, type Informer } from './informer.ts';
import { watchLimitRanges } from './limit-ranges.ts';
import { watchNamespaces } from './namespaces.ts';
import { readSidecarImage } from './own-pod.ts';

/** All that the webhook needs of the API server. */
export interface Cluster {
  readonly surroundings: Surroundings;
  /** The CA shared through the Secret; undefined where a certificate is mounted. */
  readonly certificates: CertificateSource | undefined;
  /** The image to inject; undefined: not known. */
  sidecarImage(): ProvedImage | undefined;
  /** What is not there yet; undefined: all of it. */
  missing(): string | undefined;
  stop(): void;
}

export interface ClusterOptions {
  readonly settings: WebhookSettings;
  readonly clusterDns: ClusterDns | undefined;
  /** Names that the certificate is issued for. */
  readonly names: readonly string[];
  readonly metrics: Metrics<WebhookMetrics>;
  readonly log: Log;
  wallClock(): number;
}

/** The API server may be upgraded, and the Service moved, while the webhook runs. */
const factsPeriodMs = 10 * 60_000;

/** Until the version is known. */
const firstFactsPeriodMs = 3000;

export function joinCluster(how: 'in-cluster' | 'kubeconfig', options: ClusterOptions): Cluster {
  const { settings, clusterDns, metrics, log, wallClock } = options;
  const client = connectCluster(how);
  const namespaces = watchNamespaces(client, log);
  const limitRanges = watchLimitRanges(client, log);
  const image = readSidecarImage(client, settings, log);
  const events = createEventWriter({
    client,
    wallClock,
    count: (outcome) => metrics.inc('alpine_resolver_webhook_events_total', { outcome }),
    report: (error) => log.warn('event-failed', { error }),
  });
  const trust =
    settings.tlsCertFile === undefined ? shareAuthority(client, options) : publishAuthority(client, options);
  let serverVersion: ServerVersion | undefined;
  const readFacts = async (): Promise<void> => {
    try {
      serverVersion = (await readServerVersion(client)) ?? serverVersion;
      const agrees = await agreesWithService(client, clusterDns, log);
      metrics.set('alpine_resolver_webhook_cluster_dns_differs', agrees === false ? 1 : 0);
    } catch (error) {
      log.warn('cluster-facts-unknown', { error });
    }
  };
  void readFacts();
  const cancelFacts = startTicks(factsPeriodMs, readFacts);
  // Before it is known a sidecar could reach a cluster that would wait for its end.
  const cancelFirst = startTicks(firstFactsPeriodMs, () => (serverVersion ? Promise.resolve() : readFacts()));
  return {
    surroundings: {
      namespace: (name) => namespaces.find(name),
      limitRanges: (namespace) => Promise.resolve(limitRanges.of(namespace)),
      serverVersion: () => serverVersion,
      tell: (decided) => events.tell(decided),
    },
    certificates: trust.certificates,
    sidecarImage: image.get,
    missing() {
      // Of all that can be missing it alone may need a change of the manifests.
      if (image.get() === undefined) return image.missing();
      if (!namespaces.hasSynced) return 'the namespaces are not listed yet';
      if (!limitRanges.hasSynced) return 'the LimitRanges are not listed yet';
      if (!serverVersion) return 'the version of the API server is not known yet';
      return trust.isPublished() ? undefined : 'the CA is not published yet';
    },
    stop() {
      cancelFacts();
      cancelFirst();
      for (const part of [namespaces, limitRanges, image, trust]) part.stop();
    },
  };
}

/** How the API server learns to trust the certificate. */
interface Trust {
  readonly certificates: CertificateSource | undefined;
  isPublished(): boolean;
  stop(): void;
}

function shareAuthority(client: ClusterClient, { settings, names, metrics, log, wallClock }: ClusterOptions): Trust {
  const { secretName, namespace, configurationName } = settings;
  const certificates = sharedCertificates({
    secret: authoritySecret(client, secretName, namespace),
    bundle: caBundle(client, configurationName),
    names,
    caLifetimeMs: settings.caLifetimeHours * hourMs,
    leafLifetimeMs: settings.leafLifetimeHours * hourMs,
    wallClock,
    setTimer,
    note: log.info,
    report: (error) => log.error('certificate-not-renewed', { error }),
  });
  metrics.onCollect(() => {
    const notAfterMs = certificates.authorityNotAfterMs;
    if (notAfterMs === undefined) return;
    metrics.set('alpine_resolver_webhook_certificate_expiry_timestamp_seconds', notAfterMs / 1000, {
      certificate: 'ca',
    });
  });
  const changed = (): void => void certificates.reconcile();
  const watches: Informer[] = [
    startInformer({
      client,
      path: `/api/v1/namespaces/${namespace}/secrets`,
      fieldSelector: `metadata.name=${secretName}`,
      changed,
      log,
    }),
    watchConfiguration(client, configurationName, { changed, log }),
  ];
  return {
    certificates,
    isPublished: () => certificates.isPublished,
    stop() {
      for (const watch of watches) watch.stop();
    },
  };
}

/** A mounted CA is published; without one, somebody else (cert-manager) looks after the bundle. */
function publishAuthority(client: ClusterClient, { settings, log, wallClock }: ClusterOptions): Trust {
  const { tlsCaFile: caFile, configurationName } = settings;
  if (caFile === undefined) return { certificates: undefined, isPublished: () => true, stop: () => undefined };
  const publisher = publishMounted({
    caFile,
    bundle: caBundle(client, configurationName),
    wallClock,
    setTick: startTicks,
    note: log.info,
    report: (error) => log.error('ca-not-published', { error }),
  });
  const watch = watchConfiguration(client, configurationName, { changed: publisher.publish, log });
  return {
    certificates: undefined,
    isPublished: () => publisher.isPublished,
    stop() {
      publisher.stop();
      watch.stop();
    },
  };
}

function watchConfiguration(
  client: ClusterClient,
  name: string,
  { changed, log }: { changed: () => void; log: Log },
): Informer {
  const fieldSelector = `metadata.name=${name}`;
  return startInformer({
    client,
    path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    fieldSelector,
    changed,
    log,
  });
}

const hourMs = 3_600_000;

function setTimer(milliseconds: number, action: () => Promise<void>): () => void {
  const timer = setTimeout(() => void action(), milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
