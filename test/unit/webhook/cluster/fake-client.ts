/** A client of the Kubernetes API that has only what a test gives it. */
import { ApiException } from '@kubernetes/client-node';
import type { ClusterClient } from '../../../../webhook/cluster/client.ts';

/** A client of which only the given calls exist; any other is a fault of the test. */
export function fakeClient(calls: Readonly<Record<string, (parameters: never) => Promise<unknown>>>): ClusterClient {
  const group = new Proxy(
    {},
    {
      get: (_target, name) => {
        const call = typeof name === 'string' ? calls[name] : undefined;
        return call ?? (() => Promise.reject(new Error(`unexpected call ${String(name)}`)));
      },
    },
  );
  const groups = { core: group, apps: group, batch: group, admission: group, version: group };
  return { ...groups, readJson: (group as ClusterClient).readJson } as unknown as ClusterClient;
}

export function refusal(status: number): ApiException<unknown> {
  return new ApiException(status, 'refused', {}, {});
}
