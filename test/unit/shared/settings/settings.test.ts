/** The tables of settings. */
import { describe, expect, test } from 'vitest';
import { annotations } from '../../../../shared/values/names.ts';
import {
  annotationName,
  environmentName,
  type SettingDefinition,
} from '../../../../shared/settings/setting-definition.ts';
import { injectionSettings, sidecarSettings, webhookSettings } from '../../../../shared/settings/settings.ts';

const tables = { sidecar: sidecarSettings, webhook: webhookSettings };

describe.each(Object.entries(tables))('the table of the %s', (program, table) => {
  test.each(table.map((entry) => [entry.key, entry] as const))('%s is complete', (key, entry) => {
    expect(key).toMatch(/^[a-z][a-zA-Z]*$/);
    expect(entry.program).toBe(program);
    expect(entry.meaning).toMatch(/^[A-Z].*\.$/s);
    // oxlint-disable-next-line typescript/no-explicit-any -- each kind formats its own default
    const { kind, hostDefault, hostDefaultText } = entry as any;
    for (const value of [entry.default, hostDefaultText === undefined ? hostDefault : undefined])
      if (value !== undefined) expect(kind.parse(kind.format(value))).toEqual({ ok: true, value });
  });

  test('no two entries share a name, and no old name has come back', () => {
    const written: readonly SettingDefinition[] = table;
    const old = written.flatMap((entry) => (entry.oldKeys ?? []).map((key) => environmentName({ ...entry, key })));
    const names = [...table.map(environmentName), ...old];
    expect(new Set(names).size).toBe(names.length);
  });

  test('a setting that an annotation sets is live where the sidecar reads it: pods can be annotated while they run', () => {
    const isRead = program === 'sidecar';
    expect(table.filter((entry) => (isRead && entry.annotation) !== entry.live)).toEqual([]);
  });
});

test('a setting of what is added can be annotated, and no annotation has two meanings', () => {
  expect(injectionSettings.filter((entry) => !entry.annotation)).toEqual([]);
  const names = [...sidecarSettings, ...injectionSettings].map((entry) => annotationName(entry.key));
  expect(new Set(names).size).toBe(names.length);
});

test('names follow from the key', () => {
  expect(annotationName('maxTcpRecordsWithoutEdns')).toBe('alpine-resolver.io/max-tcp-records-without-edns');
  expect(environmentName({ key: 'maxTcpRecordsWithoutEdns', program: 'sidecar' })).toBe(
    'RESOLVER_MAX_TCP_RECORDS_WITHOUT_EDNS',
  );
  expect(environmentName({ key: 'listen', program: 'webhook' })).toBe('WEBHOOK_LISTEN');
  expect(environmentName({ key: 'namespace', program: 'webhook', environment: 'POD_NAMESPACE' })).toBe('POD_NAMESPACE');
});

test('a setting never has the name of an annotation with a fixed meaning, which would hide it', () => {
  const fixed: string[] = Object.values(annotations);
  const clashes = sidecarSettings.filter((entry) => entry.annotation && fixed.includes(annotationName(entry.key)));
  expect(clashes).toEqual([]);
});

test('the names that others build on are there', () => {
  const names = [...sidecarSettings, ...webhookSettings].map((entry) => environmentName(entry));
  expect(names).toEqual(
    expect.arrayContaining(
      [
        ...['LISTEN', 'ADMIN_LISTEN', 'RESOLV_CONF', 'ORIGINAL_RESOLV_CONF', 'UPSTREAM_PORT', 'POD_RESOLV_CONF'],
        ...['HOSTS_FILE', 'ANNOTATIONS_FILE', 'MODE', 'SEARCH_MARKER', 'LOG_LEVEL'],
      ].map((name) => `RESOLVER_${name}`),
    ),
  );
  expect(names).toEqual(
    expect.arrayContaining([
      'POD_NAMESPACE',
      ...['LISTEN', 'ADMIN_LISTEN', 'CLUSTER', 'TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CA_FILE', 'NAMESERVERS'].map(
        (name) => `WEBHOOK_${name}`,
      ),
      ...['CLUSTER_DOMAIN', 'RESOLV_CONF', 'SIDECAR_IMAGE', 'LOG_LEVEL'].map((name) => `WEBHOOK_${name}`),
    ]),
  );
});
