/** Objects that the proofs create beside bare pods. */
import { type PodOptions, podSpecOf } from './pods.ts';

export interface WorkloadOptions extends PodOptions {
  readonly replicas?: number;
}

/** The pod's labels and annotations go to the template. */
export function deploymentOf(options: WorkloadOptions): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(options),
    spec: { replicas: options.replicas ?? 1, ...selected(options) },
  };
}

export function statefulSetOf(options: WorkloadOptions): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(options),
    spec: { replicas: options.replicas ?? 1, serviceName: options.name, ...selected(options) },
  };
}

export function daemonSetOf(options: PodOptions): object {
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: metadataOf(options), spec: selected(options) };
}

export function jobOf(options: PodOptions): object {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: metadataOf(options), spec: jobSpecOf(options) };
}

/** One Job each minute. */
export function cronJobOf(options: PodOptions): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(options),
    spec: { schedule: '* * * * *', jobTemplate: { spec: jobSpecOf(options) } },
  };
}

function jobSpecOf(options: PodOptions): object {
  const spec = { ...podSpecOf(options), restartPolicy: 'Never' };
  return { backoffLimit: 0, template: { metadata: templateMetadataOf(options), spec } };
}

export interface ServiceOptions {
  readonly namespace: string;
  readonly name: string;
  /** Label `app` of its pods; without it the Service has none. */
  readonly app?: string;
  readonly headless?: boolean;
  readonly externalName?: string;
}

export function serviceOf({ namespace, name, app, headless, externalName }: ServiceOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec:
      externalName === undefined
        ? {
            ...(headless === true && { clusterIP: 'None' }),
            ...(app !== undefined && { selector: { app } }),
            ports: [{ name: 'http', port: 80, targetPort: 8080 }],
          }
        : { type: 'ExternalName', externalName },
  };
}

function metadataOf({ namespace, name }: PodOptions): object {
  return { name, namespace };
}

function templateMetadataOf({ name, labels, annotations }: PodOptions): object {
  return { labels: { app: name, ...labels }, annotations };
}

function selected(options: PodOptions): object {
  return {
    selector: { matchLabels: { app: options.name } },
    template: { metadata: templateMetadataOf(options), spec: podSpecOf(options) },
  };
}
