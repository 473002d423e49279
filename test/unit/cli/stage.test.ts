/** What the demo makes goes with it. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startSidecar, startWebhook, temporaryFolder } from '../../../cli/demo/stage.ts';

test('a folder goes with the demo', async () => {
  const stack = new AsyncDisposableStack();
  const folder = temporaryFolder(stack);
  expect(existsSync(folder)).toBe(true);
  await stack.disposeAsync();
  expect(existsSync(folder)).toBe(false);
});

test('nothing is begun once the demo has ended: it would stay behind', async () => {
  const stack = new AsyncDisposableStack();
  await stack.disposeAsync();
  const stage = { stack, folder: 'dist' };
  const files = { folder: '', seen: '', original: '', seenFile: '', originalFile: '', hostsFile: '', env: {} };
  expect(() => temporaryFolder(stack)).toThrow('the demo has ended');
  await expect(
    startWebhook(stage, { domain: 'cluster.local', nameserver: '10.96.0.10', nodeSearch: [] }),
  ).rejects.toThrow('the demo has ended');
  await expect(startSidecar(stage, files, 53)).rejects.toThrow('the demo has ended');
});
