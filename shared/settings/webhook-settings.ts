/** The table of the webhook's settings. */
import { injectionSettings } from './injection-settings.ts';
import { logLevels } from '../values/log-level.ts';
import { imageRepository, projectName, sidecar, webhook } from '../values/names.ts';
import { defineSettings, type SettingValues } from './setting-definition.ts';
import { image, imageNames, imagePatterns, objectName, userId } from '../values/kubernetes-kinds.ts';
import { domainName, ipAddresses, listenAddresses } from '../values/network-kinds.ts';
import { choice, integer, path, seconds } from '../values/value-kinds.ts';

/** Images whose DNS server takes port 53 of all addresses, which seldom declare it. */
const dnsServers =
  'gluetun pihole adguardhome dnsmasq go-dnsmasq unbound bind9 coredns blocky dnsdist dnscrypt-proxy knot-resolver pdns-recursor dnsdock technitium/dns-server'.split(
    ' ',
  );

const ownSettings = defineSettings('webhook', [
  {
    key: 'listen',
    kind: listenAddresses(),
    default: [{ host: '', port: webhook.port }],
    meaning: 'Addresses of the TLS listener that the API server calls.',
  },
  {
    key: 'adminListen',
    kind: listenAddresses(),
    default: [{ host: '', port: webhook.adminPort }],
    meaning: 'Addresses of the plain HTTP listener with /healthz, /readyz and /metrics.',
  },
  {
    key: 'cluster',
    kind: choice(['in-cluster', 'kubeconfig', 'none']),
    default: 'in-cluster',
    meaning: 'How the API server is reached; `none` runs without a cluster, and every namespace counts as opted in.',
  },
  {
    key: 'tlsCertFile',
    kind: path(),
    default: undefined,
    meaning: 'Mounted certificate chain (PEM) instead of the self-signed one; read again when it changes.',
  },
  { key: 'tlsKeyFile', kind: path(), default: undefined, meaning: 'Private key (PEM) of the mounted certificate.' },
  {
    key: 'tlsCaFile',
    kind: path(),
    default: undefined,
    meaning: 'CA (PEM) of the mounted certificate; when given, it is published into the webhook configuration.',
  },
  {
    key: 'nameservers',
    kind: ipAddresses(),
    default: undefined,
    meaning: "The cluster's nameservers, instead of those in the webhook's own resolv.conf.",
  },
  {
    key: 'clusterDomain',
    kind: domainName(),
    default: undefined,
    meaning: "The cluster's domain, instead of the one in the webhook's own resolv.conf.",
  },
  {
    key: 'resolvConf',
    kind: path(),
    default: '/etc/resolv.conf',
    meaning: "File from which the cluster's nameservers, domain and the node's search domains are read.",
  },
  {
    key: 'sidecarImage',
    kind: image(),
    default: undefined,
    meaning:
      `Image of the injected container, for \`WEBHOOK_CLUSTER=none\` (\`${imageRepository}/sidecar\` of the same release ` +
      `where it is not set). In a cluster the image is that of the init container ` +
      `\`${webhook.imageContainerName}\` of the webhook's own pod, and another value here keeps the webhook unready.`,
  },
  {
    key: 'alpineImages',
    kind: imagePatterns(),
    default: [],
    defaultText: 'none',
    meaning:
      'Images that are built on Alpine without saying so, or with `!` in front are not although they seem to be; the last pattern that matches decides. They are compared with the reference as it is written and as it is completed (`docker.io/library/`); without a tag they match any.',
  },
  {
    key: 'dnsServerImages',
    kind: imageNames(),
    default: dnsServers,
    meaning:
      'Images that bring a DNS server which takes port 53 of all addresses: pods with one are left alone, unless they say `inject: always`. A version such as `-1` may follow the name. A list of your own replaces this one; an empty one leaves no pod alone.',
  },
  {
    key: 'runAsUser',
    kind: userId(),
    default: undefined,
    defaultText: `\`${sidecar.userId}\`, none in a namespace with a range of users of its own (OpenShift)`,
    meaning: 'User and group of the injected container in all namespaces; `none`: the cluster assigns them.',
  },
  {
    key: 'namespace',
    kind: objectName(),
    default: projectName,
    meaning: "The webhook's own namespace; its pods are never injected.",
    environment: 'POD_NAMESPACE',
  },
  {
    key: 'podName',
    kind: objectName(),
    default: undefined,
    meaning: "The webhook's own pod, from which the image of the sidecar is read in a cluster.",
    environment: 'POD_NAME',
  },
  {
    key: 'serviceName',
    kind: objectName(),
    default: projectName,
    meaning: 'Name of the Service for which the self-signed certificate is issued.',
  },
  {
    key: 'configurationName',
    kind: objectName(),
    default: projectName,
    meaning: 'Name of the MutatingWebhookConfiguration whose caBundle is kept up to date.',
  },
  {
    key: 'secretName',
    kind: objectName(),
    default: webhook.caSecretName,
    meaning: 'Name of the Secret in which the replicas share their CA.',
  },
  {
    key: 'caLifetimeHours',
    kind: integer({ min: 1, max: 87_600, unit: 'hours' }),
    default: 8760,
    meaning: 'Lifetime of the self-signed CA; it is replaced after two thirds of it.',
  },
  {
    key: 'leafLifetimeHours',
    kind: integer({ min: 1, max: 8760, unit: 'hours' }),
    default: 168,
    meaning: "Lifetime of a replica's certificate; it is renewed after two thirds of it.",
  },
  {
    key: 'drainSeconds',
    kind: seconds({ min: 0, max: 60 }),
    default: 5,
    meaning: 'How long requests are still served after SIGTERM, while the endpoints are updated.',
  },
  {
    key: 'logLevel',
    kind: choice(logLevels),
    default: 'info',
    meaning: 'The least important level that is logged.',
  },
]);

/** The table of the webhook's settings. */
export const webhookSettings = [...ownSettings, ...injectionSettings] as const;

export type WebhookSettings = SettingValues<typeof webhookSettings>;
