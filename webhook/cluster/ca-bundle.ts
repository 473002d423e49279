/** Reads and writes the CA bundle of the webhook configuration. */
import { webhookEntryName } from '../../shared/values/names.ts';
import type { CaBundle } from '../certificates/stores.ts';
import { strategicMerge, unlessRefused, type ClusterClient } from './client.ts';

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
