/** The names in force as the pipeline asks for them, and the settings that no kind of value judges. */
import { encode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../../sidecar/ports/client.ts';
import { discoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { nameForms } from '../../../shared/settings/discovery-settings.ts';
import { dockerFaults } from '../../../sidecar/discovery/docker-faults.ts';
import { createLocalNames } from '../../../sidecar/discovery/local-names.ts';
import { discover, emptyServices, lose } from '../../../sidecar/discovery/services/services.ts';
import { createServicesStore } from '../../../sidecar/discovery/services/store.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { network, service } from '../../support/discovery/named-services.ts';

function create(isReady: () => boolean, answerOrder: 'rotate' | 'fixed' = 'rotate') {
  const store = createServicesStore(emptyServices());
  const metrics = createMetrics(discoveryMetrics);
  let seconds = 1000;
  const { localData } = createLocalNames({
    settings: {
      ...{ domain: '.docker.', environment: 'dev.', names: [...nameForms], nameTemplate: undefined },
      ...{ network: undefined, addressPrefix: undefined, answerOrder },
    },
    ...{ store, isReady, metrics },
    wallNow: () => seconds * 1000,
  });
  const ask = (name: string, type = 1) =>
    localData.answer({ name: encodeName(name) ?? rootName, type, client: '192.0.2.1' });
  const rcodeOf = (name: string): number | undefined => ask(name)?.rcode;
  const serial = (): number => {
    const reply = ask('none.dev.docker');
    const rdata = reply?.form === 'local' ? reply.soa?.rdata : undefined;
    return rdata === undefined ? 0 : Buffer.from(rdata).readUInt32BE(rdata.length - 20);
  };
  const outcome = (name: string, type = 1): string | undefined =>
    localData.outcome({ name: encodeName(name) ?? rootName, type, client: '192.0.2.1' });
  return { store, localData, outcome, ask, rcodeOf, serial, metrics, pass: (more: number) => void (seconds += more) };
}

test('a name that is not found is no denial while containers may be missing', () => {
  let ready = false;
  const { store, rcodeOf, metrics } = create(() => ready);
  store.replace(discover(store.current, service('web')));
  expect(['web.dev.docker', 'nobody.dev.docker', 'nobody.test'].map(rcodeOf)).toEqual([0, 2, undefined]);
  ready = true;
  expect(rcodeOf('nobody.dev.docker')).toBe(3);
  const counted = metrics.exposition().match(/^alpine_resolver_local_answers_total.*$/gm);
  expect(counted?.map((line) => line.replace(/.*outcome="(.*)"} /, '$1 '))).toEqual([
    'records 1',
    'not-ready 1',
    'no-such-name 1',
  ]);
});

test('what an answer would be is said without one that is counted', () => {
  let ready = false;
  const { store, outcome, metrics } = create(() => ready);
  store.replace(discover(store.current, service('web')));
  const names = ['web.dev.docker', 'nobody.dev.docker', 'nobody.test'];
  expect(names.map((name) => outcome(name))).toEqual(['records', 'not-ready', undefined]);
  ready = true;
  expect(names.map((name) => outcome(name, 16))).toEqual(['no-data', 'no-such-name', undefined]);
  expect(metrics.exposition()).not.toMatch(/^alpine_resolver_local_answers_total\{/m);
});

test('what was answered is given again until something changes, and is counted as before', () => {
  const { store, localData, metrics } = create(() => true);
  store.replace(discover(store.current, service('web')));
  const query = encode({ type: 'query', id: 7, questions: [{ name: 'x.dev.docker', type: 'A' }] });
  const sent: Uint8Array[] = [];
  const client: Client = { transport: 'udp', address: '192.0.2.1', port: 9, reply: (bytes) => void sent.push(bytes) };
  const plan = localData.answer({ name: encodeName('x.dev.docker') ?? rootName, type: 1, client: '192.0.2.1' });
  if (plan === undefined) throw new Error('it is not ours');
  const reply = encode({ type: 'response', id: 7, flags: 3, questions: [{ name: 'x.dev.docker', type: 'A' }] });
  localData.remembering(client, query, plan).reply(reply);
  expect(sent).toEqual([reply]);
  query.writeUInt16BE(8);
  expect(localData.recall(query, '192.0.2.1')).toMatchObject({ rcode: 3, type: 1 });
  expect(localData.recall(query, '192.0.2.2')).toBeUndefined();
  expect(metrics.exposition()).toMatch(/local_answers_total{outcome="no-such-name"} 2/);
  store.replace(lose(store.current, 'web'));
  expect(localData.recall(query, '192.0.2.1')).toBeUndefined();
});

test('records of which there are several take turns', () => {
  const { store, ask } = create(() => true);
  store.replace(
    discover(store.current, service('web', { networks: [network('n', '10.9.0.1', '10.9.0.2', 'fd00::1')] })),
  );
  expect([ask('web.dev.docker'), ask('web.dev.docker', 28)]).toMatchObject([
    { takesTurns: true },
    { takesTurns: false },
  ]);
});

test('the serial rises with each change, and never falls behind the clock', () => {
  const { store, serial, pass } = create(() => true);
  expect(serial()).toBe(1000);
  store.replace(discover(store.current, service('web')));
  expect(serial()).toBe(1001);
  store.replace(lose(store.current, 'web'));
  expect(serial()).toBe(1002);
  pass(60);
  store.replace(discover(store.current, service('web')));
  expect(serial()).toBe(1060);
});

test.each(['rotate', 'fixed'] as const)('the order of addresses: %s', (order) => {
  const { store, ask } = create(() => true, order);
  const two = service('web', { networks: [network('n', '10.1.0.1', '10.1.0.2')] });
  store.replace(discover(store.current, two));
  const firsts = [1, 2, 3].map(() => {
    const reply = ask('web.dev.docker');
    return reply?.form === 'local' ? reply.records[0]?.rdata[3] : undefined;
  });
  expect(new Set(firsts).size).toBe(order === 'rotate' ? 2 : 1);
});

describe('settings that cannot be', () => {
  const fine = { domain: 'docker', dockerTlsVerify: undefined, dockerCertPath: undefined, nameTemplate: undefined };
  test.each<[Parameters<typeof dockerFaults>[0], RegExp[]]>([
    [fine, []],
    [{ ...fine, domain: '.' }, [/^RESOLVER_DOMAIN: /]],
    [{ ...fine, dockerTlsVerify: '1' }, [/^DOCKER_CERT_PATH: /]],
    [{ ...fine, dockerTlsVerify: '1', dockerCertPath: '/certs' }, []],
    [{ ...fine, nameTemplate: '{container}.{domain}' }, []],
    [{ ...fine, nameTemplate: '{contaner}.{domain}' }, [/^RESOLVER_NAME_TEMPLATE: .*there is no \{contaner\}/]],
  ])('%j', (settings, expected) => {
    const messages = dockerFaults(settings).map(({ message }) => message);
    expect(messages).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  });
});
