/** Reads the image to inject from the webhook's own pod. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Log } from '../../shared/report/log.ts';
import { webhook } from '../../shared/values/names.ts';
import type { WebhookSettings } from '../../shared/settings/settings.ts';
import { startTicks } from '../../shared/program/ticker.ts';
import type { ProvedImage } from '../review/surroundings.ts';
import type { ClusterClient } from './client.ts';

/**
 * The image that is injected: that of the init container which has proved that it can be pulled, in the webhook's own
 * pod. It is read once; a changed image makes new pods of the webhook.
 */
export interface SidecarImage {
  /** undefined: it is not known, or two places disagree about it. */
  get(): ProvedImage | undefined;
  /** Why it is not known; undefined: it is. */
  missing(): string | undefined;
  stop(): void;
}

type ImageSettings = Pick<WebhookSettings, 'namespace' | 'podName' | 'sidecarImage'>;

/** Until the API server has answered. */
const periodMs = 3000;

export function readSidecarImage({ core }: ClusterClient, settings: ImageSettings, log: Log): SidecarImage {
  const { namespace, podName } = settings;
  let found: FoundImage = { problem: 'the own pod is not read yet' };
  let isRead = false;
  let isReading = false;
  const settle = (image: FoundImage): void => {
    isRead = true;
    found = image;
    if ('image' in found) log.info('sidecar-image', { image: found.image });
    else log.error('sidecar-image-unknown', { problem: found.problem });
  };
  const read = async (): Promise<void> => {
    // A call that hangs must not end after a later one, and undo what that one found.
    if (isRead || isReading || podName === undefined) return;
    isReading = true;
    try {
      settle(sidecarImageOf(await core.readNamespacedPod({ name: podName, namespace }), settings));
    } catch (error) {
      found = { problem: `the own pod ${namespace}/${podName} cannot be read` };
      log.warn('own-pod-unreadable', { pod: podName, namespace, error });
    } finally {
      isReading = false;
    }
  };
  if (podName === undefined) settle({ problem: `POD_NAME is not set; ${source}` });
  void read();
  return {
    get: () => ('image' in found ? found : undefined),
    missing: () => ('image' in found ? undefined : found.problem),
    stop: startTicks(periodMs, read),
  };
}

export type FoundImage = ProvedImage | { readonly problem: string };

/** A setting of another value would inject an image that nobody has proved. */
export function sidecarImageOf({ spec }: V1Pod, { namespace, podName, sidecarImage }: ImageSettings): FoundImage {
  const container = spec?.initContainers?.find(({ name }) => name === webhook.imageContainerName);
  const image = container?.image;
  if (image === undefined || image === '')
    return {
      problem: `the own pod ${namespace}/${podName} has no init container "${webhook.imageContainerName}"; ${source}`,
    };
  if (sidecarImage === undefined || sidecarImage === image) {
    // Under the admission plug-in AlwaysPullImages every container has this policy, and another one is refused.
    return container?.imagePullPolicy === 'Always' ? { image, pullPolicy: 'Always' } : { image };
  }
  return {
    problem:
      `WEBHOOK_SIDECAR_IMAGE is ${sidecarImage}, and the init container "${webhook.imageContainerName}" has proved ${image}: ` +
      'in a cluster leave the variable out and set the image of the init container',
  };
}

const source = `in a cluster the image of the sidecar is that of the init container "${webhook.imageContainerName}" of the webhook's own pod`;
