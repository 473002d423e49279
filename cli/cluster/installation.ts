/** The webhook as it is installed: what the API server knows of it. */
import { readEnvironment } from '../../shared/settings/read-settings.ts';
import { webhookSettings, type WebhookSettings } from '../../shared/settings/settings.ts';
import { projectName, webhook, webhookEntryName } from '../../shared/values/names.ts';
import { objectsAt, stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { isOver } from '../../webhook/kubernetes/pod.ts';
import { paths } from './paths.ts';
import { collected, unlessForbidden, type ClusterReader, type Known } from './reader.ts';

export interface Installation {
  /** In it; that of its Service in the webhook configuration. */
  readonly namespace: string;
  readonly configuration: Known<JsonObject | undefined>;
  /** Its entry in the configuration. */
  readonly entry: JsonObject | undefined;
  readonly deployment: Known<JsonObject | undefined>;
  /** The defaults, where the Deployment is not known. */
  readonly settings: WebhookSettings;
  /** By the tag of its image. */
  readonly version: string | undefined;
}

export async function readInstallation(reader: ClusterReader): Promise<Installation> {
  const configuration = await unlessForbidden(reader.get(paths.configuration));
  const entry = configuration.isKnown
    ? objectsAt(configuration.value, 'webhooks').find(({ name }) => name === webhookEntryName)
    : undefined;
  const namespace = stringAt(entry, 'clientConfig', 'service', 'namespace') ?? projectName;
  const deployment = await unlessForbidden(reader.get(paths.deployment(namespace)));
  const template = deployment.isKnown ? deployment.value : undefined;
  return {
    ...{ namespace, configuration, entry, deployment },
    settings: settingsOf(template, namespace),
    version: versionIn(imageOf(template, 'containers', 'webhook')),
  };
}

/** Of the variables that stand there as text. */
function settingsOf(deployment: JsonObject | undefined, namespace: string): WebhookSettings {
  const container = containerOf(deployment, 'containers', 'webhook');
  const texts = objectsAt(container, 'env').flatMap((one): [string, string][] => {
    const [name, value] = [stringAt(one, 'name'), stringAt(one, 'value')];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  const { values } = readEnvironment(webhookSettings, Object.fromEntries(texts));
  const sidecarImage = imageOf(deployment, 'initContainers', webhook.imageContainerName) ?? values.sidecarImage;
  return { ...values, namespace, sidecarImage };
}

function imageOf(deployment: JsonObject | undefined, list: string, name: string): string | undefined {
  return stringAt(containerOf(deployment, list, name), 'image');
}

function containerOf(deployment: JsonObject | undefined, list: string, name: string): JsonObject | undefined {
  return objectsAt(deployment, 'spec', 'template', 'spec', list).find((one) => one['name'] === name);
}

/** Its pods, ended ones left out. */
export async function readWebhookPods(reader: ClusterReader, namespace: string): Promise<JsonObject[]> {
  const labelSelector = 'app.kubernetes.io/component=webhook';
  const pods = await collected(reader.list(paths.inNamespace('pods', namespace), { labelSelector }));
  return pods.filter((pod) => !isOver(pod) && webhookContainerOf(pod) !== undefined);
}

/** By the tag of its image; undefined: the tag is no version. */
export function webhookVersionOf(pod: JsonObject): string | undefined {
  return versionIn(stringAt(webhookContainerOf(pod), 'image'));
}

function webhookContainerOf(pod: JsonObject): JsonObject | undefined {
  return objectsAt(pod, 'spec', 'containers').find(({ name }) => name === 'webhook');
}

/** What stands behind the last colon of the last path element; a digest, and a tag such as `latest`, say no version. */
function versionIn(image: string | undefined): string | undefined {
  const [, tag] = /^[^@]*\/?[^/@]*:([^/@:]+)(?:@.*)?$/.exec(image ?? '') ?? [];
  return tag !== undefined && /^\d+\.\d+\.\d+/.test(tag) ? tag : undefined;
}
