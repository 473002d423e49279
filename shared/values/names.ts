/** Names that other programs, manifests and users rely on. Changing one is a breaking change. */

/** Prefix of every label and annotation of the project. */
export const namePrefix = 'alpine-resolver.io/';

/** Name of the project: namespace, Deployment, Service, ServiceAccount, webhook configuration and injected container. */
export const projectName = 'alpine-resolver';

/**
 * Where the images are said to be. The host can never resolve (RFC 2606): a name without a host would be pulled from whoever
 * owns it on the public default registry.
 */
export const imageRepository = 'registry.example/alpine-resolver';

/** Entry inside the MutatingWebhookConfiguration. */
export const webhookEntryName = 'inject.alpine-resolver.io';

export const labels = {
  /** On a namespace `enabled` opts in; on a pod `disabled` opts out before the webhook is called. */
  inject: `${namePrefix}inject`,
  /** On injected pods, so that the missed ones can be listed. */
  injected: `${namePrefix}injected`,
} as const;

export const labelValues = { optIn: 'enabled', optOut: 'disabled', injected: 'true' } as const;

/** Annotations with a fixed meaning; the others follow from the settings table. */
export const annotations = {
  /** `auto`, `always` or `never`, on a pod or a namespace. */
  inject: `${namePrefix}inject`,
  /** The pod's original resolver configuration, as resolv.conf text. */
  resolvConf: `${namePrefix}resolv-conf`,
  /** The text that is mounted as /etc/resolv.conf where the pod's DNS is left alone. */
  podResolvConf: `${namePrefix}pod-resolv-conf`,
  /** What was added, as JSON `{version, at, namespace, original: {dnsPolicy, dnsConfig}, scope, added}`. */
  status: `${namePrefix}status`,
  /** On a pod or a namespace: codes of `alpine-resolver check` that are known and no finding, separated by commas. */
  checkIgnore: `${namePrefix}check-ignore`,
  /** On the Secret of the CA: a changed value forces a rotation. */
  rotate: `${namePrefix}rotate`,
} as const;

export const sidecar = {
  containerName: projectName,
  volumeName: 'alpine-resolver-config',
  configDirectory: '/etc/alpine-resolver',
  resolvConfFile: 'resolv.conf',
  annotationsFile: 'annotations',
  resolvConfPath: '/etc/alpine-resolver/resolv.conf',
  annotationsPath: '/etc/alpine-resolver/annotations',
  /** What the containers see as /etc/resolv.conf, where the pod's own file is the original. */
  podResolvConfFile: 'pod-resolv.conf',
  podResolvConfPath: '/etc/alpine-resolver/pod-resolv.conf',
  /** Our volume is mounted here too, so that no service account token is. */
  serviceAccountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  searchMarker: 'glibc.internal',
  /** Numeric and not root, as Pod Security "restricted" asks. */
  userId: 65_532,
  dnsPort: 53,
  adminPort: 9953,
  /** Of the admin port on the container; a port's name has at most 15 characters. */
  adminPortName: 'resolver-metric',
} as const;

/**
 * The first port that a program without root may listen on. 0 is what containerd 2 and Docker set by themselves: a
 * higher one would take ports from programs that had them.
 */
export const portSysctl = { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' } as const;

export const webhook = {
  port: 8443,
  adminPort: 8080,
  mutatePath: '/mutate',
  caSecretName: 'alpine-resolver-ca',
  /** Init container of the webhook's own pod: its image is the one that is injected. */
  imageContainerName: 'sidecar-image',
} as const;

/** Tells images with a resolver of their own to leave port 53 alone. */
export const noResolverVariable = { name: 'ALPINE_NO_RESOLVER', value: 'true' } as const;

/** Namespaces that are never injected, besides the webhook's own. */
export const excludedNamespaces = ['kube-system', 'kube-public', 'kube-node-lease'] as const;
