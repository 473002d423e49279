/**
 * Programs that read the `search` line themselves, as peer finders of databases do: with the original domains behind the
 * marker they find theirs, and every C library resolves as before.
 */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientConfiguration, formatClient } from '../../webhook/injection/dns/client-configuration.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';
import { rewrittenFile } from '../support/worlds/rewritten-file.ts';
import { data, ns1, ok, servers } from '../support/rows/row.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

const rig = await provideRig();
const libcs = Object.values(rig.libcs);
reportMissing(rig);

const domains = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
const resolvConf = `nameserver ${ns1}\nsearch ${domains.join(' ')}\noptions ndots:5\n`;
const script = servers({
  'db.shop.svc.cluster.local': data('10.0.0.1', '10.0.0.2'),
  'db-0.db.shop.svc.cluster.local': data('10.0.0.1'),
});

/** Takes the first search domain that is one of a namespace; without one it complains of its arguments and fails. */
const peerFinder = `
while read -r keyword domains; do
  [ "$keyword" = search ] || continue
  for domain in $domains; do
    case "$domain" in *.svc.*) printf '%s.%s' "$1" "$domain"; exit 0;; esac
  done
done </etc/resolv.conf
echo 'arguments missing: no domain' >&2
exit 1`;

describe.runIf(rig.hasWorlds && rig.hasSidecar).each([
  ['the marker alone', false, 1, ''],
  ['the original domains behind the marker', true, 0, 'db.shop.svc.cluster.local'],
])('%s', (_, keepSearches, code, found) => {
  let world: World;
  let sidecar: Sidecar;
  beforeAll(async () => {
    world = await createWorld();
    await world.prepare({ resolvConf: resolvConf, script: script, keepSearches });
    sidecar = await startSidecar(world);
  });
  afterAll(async () => {
    await sidecar.stop();
    await world.close();
  });

  test('the file is what the webhook writes', () => {
    const client = clientConfiguration({ plain: false, trustAd: false, keptSearches: keepSearches ? domains : [] });
    const lines = (file: string): string[] => file.trim().split('\n').toSorted();
    expect(lines(rewrittenFile(resolvConf, 'marker', '127.0.0.1', keepSearches))).toEqual(lines(formatClient(client)));
  });

  test('a program that derives its domain from the search line', async () => {
    const child = world.start('injected', ['sh', '-c', peerFinder, 'peer-finder', 'db']);
    const output = child.stdout === null ? '' : text(child.stdout);
    expect(await once(child, 'close')).toEqual([code, null]);
    expect(await output).toBe(found);
  });

  test.each(libcs.map((libc) => [libc.name, libc] as const))('%s finds what that domain has', async (_name, libc) => {
    const peers = ok('db.shop.svc.cluster.local', '10.0.0.1', '10.0.0.2');
    for (const name of ['db', 'db.shop.svc.cluster.local']) {
      const result = await world.lookup(libc, 'injected', `getaddrinfo u ${name} canon`);
      expect({ ...result, addresses: result.addresses?.toSorted() }).toMatchObject(peers);
    }
    expect(await world.lookup(libc, 'injected', 'getaddrinfo u db-0.db canon')).toMatchObject(
      ok('db-0.db.shop.svc.cluster.local', '10.0.0.1'),
    );
  });

  test.each(libcs.map((libc) => [libc.name, libc] as const))(
    '%s: a name that does not exist costs the servers nothing more',
    async (_name, libc) => {
      await world.restart();
      expect(await world.lookup(libc, 'injected', 'getaddrinfo 4 nobody')).toMatchObject({ outcome: 'NONAME' });
      const asked = (await world.queries()).map(({ name }) => name);
      expect(asked).toEqual([...domains.map((domain) => `nobody.${domain}`), 'nobody']);
    },
  );
});
