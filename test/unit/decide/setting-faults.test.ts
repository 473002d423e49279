/** Settings that are faulty together, or as no single value shows. */
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../shared/settings/read-settings.ts';
import { sidecarSettings } from '../../../shared/settings/settings.ts';
import { settingFaults } from '../../../sidecar/decide/configuration/setting-faults.ts';

const faultsWith = (marker: string): string[] => {
  const { values, issues } = readEnvironment(sidecarSettings, { RESOLVER_SEARCH_MARKER: marker });
  expect(issues).toEqual([]);
  return settingFaults(values);
};

describe('the search marker', () => {
  test.each(['.', '.glibc.internal', '.glibc.internal.'])(
    '%s is refused, and the message names the fault',
    (marker) => {
      expect(faultsWith(marker)).toEqual([
        `RESOLVER_SEARCH_MARKER: "${marker}" is not accepted; expected domain name without a leading dot, other than the root`,
      ]);
    },
  );

  test.each(['glibc.internal', 'glibc.internal.', 'Marker'])('%s is taken', (marker) => {
    expect(faultsWith(marker)).toEqual([]);
  });
});

describe('the profile host', () => {
  test('listens nowhere by itself', () => {
    const { values } = readEnvironment(sidecarSettings, { RESOLVER_PROFILE: 'host' });
    expect(settingFaults(values)).toEqual([expect.stringMatching(/^RESOLVER_LISTEN must be given/)]);
    const given = readEnvironment(sidecarSettings, { RESOLVER_PROFILE: 'host', RESOLVER_LISTEN: '127.0.0.1:53' });
    expect(settingFaults(given.values)).toEqual([]);
  });
});

describe('addresses that strangers can reach', () => {
  const faults = (listen: string, allowClients?: string): string[] => {
    const { values, issues } = readEnvironment(sidecarSettings, {
      RESOLVER_LISTEN: listen,
      ...(allowClients !== undefined && { RESOLVER_ALLOW_CLIENTS: allowClients }),
    });
    expect(issues).toEqual([]);
    return settingFaults(values);
  };

  test.each([':53', '0.0.0.0:53', '[::]:53', '203.0.113.1:53', '[2001:db8::1]:53'])('%s', (listen) => {
    expect(faults(`127.0.0.1:53,${listen}`)).toEqual([
      expect.stringMatching(
        /^RESOLVER_LISTEN: \S+ can be reached from outside; say in RESOLVER_ALLOW_CLIENTS who may ask/,
      ),
    ]);
    expect(faults(listen, 'attached')).toEqual([]);
  });

  test.each(['127.0.0.1:53', '[::1]:53', '10.0.0.1:53', '[fe80::1%eth0]:53'])('%s is none', (listen) => {
    expect(faults(listen)).toEqual([]);
  });
});

test('where sockets are inherited nothing is listened on by setting', () => {
  for (const environment of [{ RESOLVER_PROFILE: 'host' }, { RESOLVER_LISTEN: ':53' }]) {
    const { values } = readEnvironment(sidecarSettings, environment);
    expect(settingFaults(values)).toHaveLength(1);
    expect(settingFaults(values, { inherits: true })).toEqual([]);
  }
});
