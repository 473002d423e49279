/** Namespaces that the watch has not brought yet. */
import { expect, test } from 'vitest';
import { createLog } from '../../../../shared/report/log.ts';
import { watchNamespaces } from '../../../../webhook/cluster/namespaces.ts';
import { isOptedIn } from '../../../../webhook/kubernetes/namespace.ts';
import { fakeClient } from './fake-client.ts';

const labelled = (name: string) => ({ metadata: { name, labels: { 'alpine-resolver.io/inject': 'enabled' } } });

test('a copy that has not opted in yet, or is not there, is asked for once; one that has is used', async () => {
  const asked: string[] = [];
  const client = fakeClient({
    readJson: (path: string) => {
      const name = path.slice('/api/v1/namespaces/'.length);
      if (name === '')
        return Promise.resolve({ metadata: {}, items: [{ metadata: { name: 'stale' } }, labelled('followed')] });
      asked.push(name);
      return Promise.resolve(labelled(name));
    },
  });
  const namespaces = watchNamespaces(client, createLog({ level: 'error', write: () => undefined, now: () => 0 }));
  while (!namespaces.hasSynced) await new Promise((resolve) => setImmediate(resolve));
  for (const name of ['followed', 'stale', 'young']) expect(isOptedIn(await namespaces.find(name))).toBe(true);
  expect(asked).toEqual(['stale', 'young']);
  namespaces.stop();
});
