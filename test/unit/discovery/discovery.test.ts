/** What the bundle brings, by its settings. */
import { expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import { discoverySettings } from '../../../shared/settings/settings.ts';
import { createDiscovery, readSettings } from '../../../sidecar/discovery/discovery.ts';

const log = createLog({ level: 'error', now: () => 0, write: () => undefined });

function discoveryOf(environment: Record<string, string>) {
  const { values: settings, issues } = readSettings({ RESOLVER_PROFILE: 'host', ...environment });
  expect(issues).toEqual([]);
  return createDiscovery({ settings, log, wallNow: () => 0 });
}

const api = { RESOLVER_API_LISTEN: '127.0.0.1:80', RESOLVER_API_TOKEN_FILE: '/token' };

test.each<[environment: Record<string, string>, parts: string[]]>([
  [{ RESOLVER_DOCKER: '/run/docker.sock' }, ['containers']],
  [api, ['HTTP API']],
  // What was said of containers is there before they are.
  [{ RESOLVER_DOCKER: '/run/docker.sock', ...api }, ['HTTP API', 'containers']],
  [{ RESOLVER_DOCKER: '/run/docker.sock', RESOLVER_API_TOKEN_FILE: '/token' }, ['containers']],
])('%j: %j', (environment, parts) => {
  expect(discoveryOf(environment).parts.map(({ name }) => name)).toEqual(parts);
});

test.each<[environment: Record<string, string>, zone: string]>([
  [{}, 'docker'],
  [{ RESOLVER_ENVIRONMENT: 'dev.' }, 'dev.docker'],
  [{ RESOLVER_DOMAIN: '.lan.', RESOLVER_ENVIRONMENT: 'a.b' }, 'a.b.lan'],
])('%j: nobody else is asked for what is below %s', (environment, zone) => {
  expect(discoveryOf(environment).localZone).toBe(zone);
});

test('no pod has a setting of it', () => {
  expect(discoverySettings.filter(({ annotation, profile }) => annotation || profile !== 'host')).toEqual([]);
});
