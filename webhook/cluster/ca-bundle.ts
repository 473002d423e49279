import { webhookEntryName } from '../../shared/names.ts';
import { strategicMerge, unlessRefused, type ClusterClient } from './client.ts';

/** The caBundle of our entry in the webhook configuration; nothing else of it is ever written. */
export interface CaBundle {
  /** undefined: the configuration, or our entry in it, does not exist. */
  read(): Promise<PublishedBundle | undefined>;
  /** False: the configuration has changed since it was read; read again. */
  write(bundle: string, after: PublishedBundle): Promise<boolean>;
}

export interface PublishedBundle {
  /** PEM; empty where there is none. */
  readonly bundle: string;
  readonly resourceVersion: string;
}

export function caBundle({ admission }: ClusterClient, name: string): CaBundle {
  return {
    async read() {
      const configuration = await unlessRefused(admission.readMutatingWebhookConfiguration({ name }), 404);
      const entry = configuration?.webhooks?.find((webhook) => webhook.name === webhookEntryName);
      return (
        entry && {
          bundle: Buffer.from(entry.clientConfig.caBundle ?? '', 'base64').toString(),
          resourceVersion: configuration?.metadata?.resourceVersion ?? '',
        }
      );
    },
    async write(bundle, { resourceVersion }) {
      const clientConfig = { caBundle: Buffer.from(bundle).toString('base64') };
      const body = { metadata: { resourceVersion }, webhooks: [{ name: webhookEntryName, clientConfig }] };
      const patched = admission.patchMutatingWebhookConfiguration({ name, body }, strategicMerge);
      return (await unlessRefused(patched, 404, 409)) !== undefined;
    },
  };
}
