/** Puts the webhook together: cluster, certificates, reviewer, HTTP servers. Reads nothing of the process itself. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../shared/program/clock.ts';
import { formatEndpoint } from '../shared/values/ip-address.ts';
import type { Part } from '../shared/program/lifecycle.ts';
import type { ProgramParts } from '../shared/program/run.ts';
import type { Log } from '../shared/report/log.ts';
import { webhookMetrics } from '../shared/report/webhook-metric-table.ts';
import { createMetrics } from '../shared/report/metrics.ts';
import { imageRepository } from '../shared/values/names.ts';
import type { WebhookSettings } from '../shared/settings/settings.ts';
import { version } from '../shared/values/version.ts';
import { createAdminApp } from './http/admin-app.ts';
import { createApp } from './http/app.ts';
import type { Certificate, CertificateSource } from './certificates/certificate.ts';
import { certificateFromFiles } from './certificates/from-files.ts';
import { selfIssued } from './certificates/self-issued.ts';
import { findClusterDns } from './injection/dns/cluster-dns.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { ClusterDns } from './injection/dns/dns-policy.ts';
import { readImagePattern } from './injection/facts/image.ts';
import { listenPlain, listenTls, type Listener, type TlsListener } from './http/listener.ts';
import { createReadiness } from './http/readiness.ts';
import { createReviewer } from './review/reviewer.ts';
import { withoutCluster, type ProvedImage } from './review/surroundings.ts';
import { startTicks } from '../shared/program/ticker.ts';

export interface WebhookOptions {
  readonly settings: WebhookSettings;
  readonly log: Log;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallClock(): number;
  residentMemoryBytes(): number;
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function createWebhook({ settings, log, clock, wallClock, residentMemoryBytes }: WebhookOptions): ProgramParts {
  const metrics = createMetrics(webhookMetrics);
  metrics.set('alpine_resolver_webhook_build_info', 1, { version });
  metrics.onCollect(() => metrics.set('alpine_resolver_webhook_resident_memory_bytes', residentMemoryBytes()));
  let isDraining = false;
  let clusterDns: ClusterDns | undefined;
  let cluster: Cluster | undefined;
  let certificates: CertificateSource | undefined;
  let leaf: Certificate | undefined;
  let tls: TlsListener | undefined;
  let admin: Listener | undefined;
  let stopLooking = (): void => undefined;

  const readiness = createReadiness({
    isDraining: () => isDraining,
    isListening: () => tls?.isListening === true,
    hasValidCertificate: () => leaf !== undefined && leaf.notAfterMs > wallClock(),
    missingAtStart: () => cluster?.missing(),
    becameReady() {
      stopLooking();
      log.info('ready', { version });
    },
  });
  const use = (certificate: Certificate): void => {
    leaf = certificate;
    const seconds = certificate.notAfterMs / 1000;
    metrics.set('alpine_resolver_webhook_certificate_expiry_timestamp_seconds', seconds, { certificate: 'leaf' });
    log.info('certificate', { notAfter: new Date(certificate.notAfterMs).toISOString() });
    tls?.useCertificate(certificate);
  };

  const sidecarImage = (): ProvedImage | undefined =>
    settings.cluster === 'none'
      ? { image: settings.sidecarImage ?? `${imageRepository}/sidecar:${version}` }
      : cluster?.sidecarImage();

  const parts: Part[] = [
    {
      name: 'admin listener',
      start: async () => {
        admin = await listenPlain(
          { setting: 'WEBHOOK_ADMIN_LISTEN', addresses: settings.adminListen },
          createAdminApp({ readiness, exposition: metrics.exposition }),
        );
        log.info('listening', {
          role: 'admin',
          addresses: admin.addresses.map(({ address, port }) => formatEndpoint({ host: address, port })),
        });
      },
      stop: () => admin?.close(),
    },
    {
      name: 'cluster',
      start: async () => {
        clusterDns = await readClusterDns(settings, log);
        if (settings.cluster === 'none') return;
        // Loaded here: the client takes 60 MB, which a webhook without a cluster does without.
        const { joinCluster } = await import('./cluster/cluster.ts');
        const names = serviceNames(settings);
        cluster = joinCluster(settings.cluster, { settings, clusterDns, names, metrics, log, wallClock });
      },
      stop: () => cluster?.stop(),
    },
    {
      name: 'certificate',
      start: async () => {
        certificates = cluster?.certificates ?? certificateSource({ settings, log, wallClock });
        use(await certificates.start(use));
      },
      stop: () => certificates?.stop(),
    },
    {
      name: 'TLS listener',
      start: async () => {
        if (!leaf) throw new Error('no certificate');
        const reviewer = createReviewer({
          surroundings: cluster?.surroundings ?? withoutCluster(),
          ownNamespace: settings.namespace,
          clusterDns,
          sidecarImage,
          alpineImages: settings.alpineImages.map(readImagePattern),
          dnsServerImages: settings.dnsServerImages,
          userId: settings.runAsUser,
          injection: settings,
          version,
          clock,
          wallClock,
          metrics,
          log,
        });
        const app = createApp({ reviewer, metrics, log, isDraining: () => isDraining });
        tls = await listenTls({ setting: 'WEBHOOK_LISTEN', addresses: settings.listen }, leaf, app);
        log.info('listening', {
          role: 'webhook',
          addresses: tls.addresses.map(({ address, port }) => formatEndpoint({ host: address, port })),
        });
      },
      stop: () => tls?.close(),
    },
    {
      name: 'readiness',
      start: () => {
        // The log says when it becomes ready, even if nobody asks.
        if (readiness() !== undefined) stopLooking = startTicks(readinessMs, async () => void readiness());
      },
      stop: () => stopLooking(),
    },
  ];
  return {
    parts,
    // From here on no connection is kept open any longer, either.
    stopping: () => {
      isDraining = true;
    },
    reportFault: (error) => log.error('fault', { error }),
  };
}

/** Where there is no shared CA: mounted files, or a CA of one's own. */
function certificateSource({
  settings,
  log,
  wallClock,
}: Pick<WebhookOptions, 'settings' | 'log' | 'wallClock'>): CertificateSource {
  const report = (error: unknown): void => log.error('certificate-not-renewed', { error });
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = settings;
  if (certFile !== undefined && keyFile !== undefined)
    return certificateFromFiles({ certFile, keyFile, wallClock, setTick: startTicks, report });
  return selfIssued({
    names: [...serviceNames(settings), 'localhost', '127.0.0.1', '::1'],
    caLifetimeMs: settings.caLifetimeHours * hourMs,
    leafLifetimeMs: settings.leafLifetimeHours * hourMs,
    wallClock,
    setTick: startTicks,
    report,
  });
}

const hourMs = 3_600_000;

/** Until the first time that it is ready. */
const readinessMs = 1000;

/** The API server verifies the last one; the others serve people with curl. */
function serviceNames({ serviceName, namespace }: Pick<WebhookSettings, 'serviceName' | 'namespace'>): string[] {
  return [serviceName, `${serviceName}.${namespace}`, `${serviceName}.${namespace}.svc`];
}

async function readClusterDns(
  { resolvConf, namespace, nameservers, clusterDomain }: WebhookSettings,
  log: Log,
): Promise<ClusterDns | undefined> {
  let resolvConfText = '';
  try {
    resolvConfText = await readFile(resolvConf, 'utf8');
  } catch (error) {
    log.warn('resolv-conf-unreadable', { file: resolvConf, setting: 'WEBHOOK_RESOLV_CONF', error });
  }
  const found = findClusterDns({ resolvConfText, ownNamespace: namespace, nameservers, clusterDomain });
  if (found) log.info('cluster-dns', { ...found });
  else
    log.warn('cluster-dns-unknown', {
      file: resolvConf,
      setting: 'WEBHOOK_RESOLV_CONF',
      message: `The file has no search domain ${namespace}.svc.<cluster domain>: set WEBHOOK_NAMESERVERS and WEBHOOK_CLUSTER_DOMAIN, or name a file that a pod with dnsPolicy ClusterFirst sees.`,
    });
  return found;
}

/** Faults that concern several settings. */
export function settingFaults({ tlsCertFile, tlsKeyFile, tlsCaFile }: WebhookSettings): string[] {
  if ((tlsCertFile === undefined) !== (tlsKeyFile === undefined))
    return ['WEBHOOK_TLS_CERT_FILE and WEBHOOK_TLS_KEY_FILE need each other'];
  return tlsCaFile !== undefined && tlsCertFile === undefined
    ? ['WEBHOOK_TLS_CA_FILE needs WEBHOOK_TLS_CERT_FILE and WEBHOOK_TLS_KEY_FILE']
    : [];
}
