/** Programs that announce a large payload and do without TCP get their whole answer over UDP. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provideDebianPrograms, type DebianPrograms } from '../support/machine/debian-programs.ts';
import { provideRig } from '../support/worlds/rig.ts';
import { serverAddresses } from '../support/worlds/addresses.ts';
import { createWorld, type World } from '../support/worlds/world.ts';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { present } from '../support/present.ts';

const rig = await provideRig();
const debian = await provideDebianPrograms().catch(() => undefined);

const backends = Array.from({ length: 74 }, (_, index) => `10.9.0.${index + 1}`);
const instances = Array.from({ length: 60 }, (_, index) => `10.8.0.${index + 1}`);

const names: Record<string, ReplyScript> = {
  'backends.shop.example': { is: 'DATA', addresses: backends },
  '_http._tcp.instances.shop.example': {
    is: 'DATA',
    extra: instances.map((_, index) => ({
      owner: '_http._tcp.instances.shop.example',
      type: 'SRV',
      data: `0 1 8080 i${index}.instances.shop.example`,
      only: 'SRV',
    })),
  },
  ...Object.fromEntries(
    instances.map((address, index): [string, ReplyScript] => [
      `i${index}.instances.shop.example`,
      { is: 'DATA', addresses: [address] },
    ]),
  ),
  'texts.shop.example': {
    is: 'DATA',
    extra: Array.from({ length: 30 }, (_, index) => ({
      owner: 'texts.shop.example',
      type: 'TXT',
      data: `${index}`.padStart(200, 'x'),
    })),
  },
};

/** Time for a program's own retries, in milliseconds. */
const resolvedWithinMs = 20_000;

describe.runIf(rig.hasWorlds && rig.hasSidecar && debian)('over UDP, on loopback', () => {
  const programs = debian as DebianPrograms;
  let world: World;
  let sidecar: Sidecar;
  beforeAll(async () => {
    world = await createWorld();
    await world.prepare({
      resolvConf: `nameserver ${serverAddresses[0]}\nsearch shop.example\noptions ndots:5\n`,
      script: { servers: { [serverAddresses[0]]: { names } } },
    });
    sidecar = await startSidecar(world);
  });
  afterAll(async () => {
    await sidecar?.stop();
    await world?.close();
  });

  async function dig(...args: string[]): Promise<string> {
    const child = world.start('injected', [programs.path('dig'), '@127.0.0.1', ...args], programs.env);
    const [output] = await Promise.all([text(present(child.stdout)), once(child, 'close')]);
    return output;
  }

  const records = (output: string, type: string) => output.match(new RegExp(`\\sIN\\s${type}\\s`, 'g'))?.length ?? 0;

  test.each([
    ['backends.shop.example', 'A', 74],
    ['backends.glibc.internal', 'A', 74],
    ['_http._tcp.instances.shop.example', 'SRV', 60],
    ['_http._tcp.instances.glibc.internal', 'SRV', 60],
    ['texts.shop.example', 'TXT', 30],
    ['texts.glibc.internal', 'TXT', 30],
  ])('dig +ignore +bufsize=8192 gets all of %s %s', async (name, type, count) => {
    const output = await dig('+ignore', '+bufsize=8192', name, type);
    expect(output).toContain('status: NOERROR');
    expect(output).not.toMatch(/flags:[^;]* tc/);
    expect(records(output.replace(/^;.*$/gm, ''), type)).toBe(count);
    expect(output).toContain('udp: 1232');
  });

  test('dig +ignore +bufsize=4096 gets 74 addresses; without EDNS it gets TC with a part of them', async () => {
    const whole = await dig('+ignore', '+bufsize=4096', 'backends.shop.example');
    expect(records(whole.replace(/^;.*$/gm, ''), 'A')).toBe(74);
    expect(whole).not.toMatch(/flags:[^;]* tc/);
    expect(await dig('+ignore', '+noedns', 'backends.shop.example')).toMatch(/flags:[^;]* tc/);
  });

  test('also where the loopback device has the frames of an Ethernet', async () => {
    const link = world.start('injected', ['ip', 'link', 'set', 'lo', 'mtu', '1500']);
    await once(link, 'close');
    const output = await dig('+ignore', '+bufsize=8192', 'texts.shop.example', 'TXT');
    expect(output).not.toMatch(/flags:[^;]* tc/);
    expect(records(output.replace(/^;.*$/gm, ''), 'TXT')).toBe(30);
  });

  test('HAProxy with accepted_payload_size 8192 has all its servers, by A and by SRV', async () => {
    const socket = join(world.folder, 'haproxy.sock');
    const file = join(world.folder, 'haproxy.cfg');
    await writeFile(file, haproxyConfiguration(socket));
    const haproxy = world.start('injected', [programs.path('haproxy'), '-db', '-f', file], programs.env);
    let said = '';
    haproxy.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
    haproxy.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const expected = { backends: backends.toSorted(), instances: instances.toSorted() };
    let servers: Record<string, string[]> = {};
    for (const startMs = performance.now(); performance.now() - startMs < resolvedWithinMs; await sleep(100)) {
      servers = readServers(await tell(socket, 'show servers state\n'));
      if (haproxy.exitCode !== null || JSON.stringify(servers) === JSON.stringify(expected)) break;
    }
    haproxy.kill('SIGKILL');
    expect({ ...servers, said }).toMatchObject(expected);
  });
});

function haproxyConfiguration(socket: string): string {
  return `global
  stats socket ${socket} mode 600 level admin
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
resolvers sidecar
  nameserver sidecar 127.0.0.1:53
  accepted_payload_size 8192
  timeout resolve 500ms
  timeout retry 500ms
frontend web
  bind 127.0.0.1:8080
  default_backend backends
backend backends
  server-template b ${backends.length} backends.shop.example:8080 resolvers sidecar init-addr none resolve-prefer ipv4
backend instances
  server-template i ${instances.length} _http._tcp.instances.shop.example resolvers sidecar init-addr none resolve-prefer ipv4
`;
}

/** One command of HAProxy's own interface; nothing while it is not there. */
async function tell(socket: string, command: string): Promise<string> {
  const connection = connect(socket);
  connection.on('connect', () => connection.end(command));
  return text(connection).catch(() => '');
}

/** Backend → the addresses of its servers, in order of text. "be_id be_name srv_id srv_name srv_addr …" a line. */
function readServers(state: string): Record<string, string[]> {
  const servers: Record<string, string[]> = { backends: [], instances: [] };
  for (const line of state.split('\n')) {
    const [, backend = '', , , address = '-'] = line.split(' ');
    if (address.includes('.')) servers[backend]?.push(address);
  }
  for (const list of Object.values(servers)) list.sort();
  return servers;
}
