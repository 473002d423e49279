/** Starts the built webhook beside an API that has the test's objects. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usualResolvConf } from '../support/kubernetes/golden-cases.ts';
import { until } from '../support/machine/steps.ts';
import { startFakeApiServer, type ApiObject } from '../support/kubernetes/fake-api-server.ts';
import { callAdmin, startWebhook } from '../support/kubernetes/webhook-process.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';

/** The built webhook, which sees the objects of the cluster through an API of its own. */
export interface RealWebhook {
  /** Host and port. */
  readonly address: string;
  /** Certificates that it serves with, as PEM. */
  readonly ca: string;
  stop(): Promise<void>;
}

const configurationPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/alpine-resolver';

export async function startRealWebhook(
  objects: readonly JsonObject[],
  minor: number,
  pullPolicy: 'Always' | 'IfNotPresent',
): Promise<RealWebhook> {
  const api = await startFakeApiServer({ minor });
  const folder = mkdtempSync(join(tmpdir(), 'admission-'));
  writeFileSync(join(folder, 'resolv.conf'), usualResolvConf);
  writeFileSync(join(folder, 'kubeconfig'), api.kubeconfig);
  const entry = { name: 'inject.alpine-resolver.io', clientConfig: {} };
  api.put(configurationPath, { metadata: { name: 'alpine-resolver' }, webhooks: [entry] });
  // Its init container has proved the image that is injected.
  api.put('/api/v1/namespaces/alpine-resolver/pods/alpine-resolver-0', {
    metadata: { name: 'alpine-resolver-0', namespace: 'alpine-resolver' },
    spec: {
      initContainers: [
        { name: 'sidecar-image', image: 'registry.example/alpine-resolver/sidecar:1', imagePullPolicy: pullPolicy },
      ],
    },
  });
  for (const object of objects) api.put(pathOf(object as unknown as ApiObject), object as unknown as ApiObject);
  const running = await startWebhook({
    WEBHOOK_CLUSTER: 'kubeconfig',
    POD_NAME: 'alpine-resolver-0',
    KUBECONFIG: join(folder, 'kubeconfig'),
    WEBHOOK_RESOLV_CONF: join(folder, 'resolv.conf'),
    WEBHOOK_DRAIN_SECONDS: '0',
  });
  await until('the webhook to become ready', 30_000, async () =>
    (await callAdmin(running.adminPort, '/readyz')).status === 200 ? true : undefined,
  );
  const published = api.get(configurationPath)?.['webhooks'] as { clientConfig: { caBundle: string } }[];
  return {
    address: `127.0.0.1:${running.port}`,
    ca: Buffer.from(published[0]?.clientConfig.caBundle ?? '', 'base64').toString(),
    async stop() {
      await running.stop();
      await api.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function pathOf({ kind, metadata }: ApiObject): string {
  const plural = `${String(kind).toLowerCase()}s`;
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `/api/v1${place}/${plural}/${metadata.name}`;
}
