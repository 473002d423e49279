/**
 * Programs that check signatures by themselves, behind the sidecar: real validators, and a zone that is really signed,
 * on a real nameserver. And the AD bit for those that leave the checking to the upstream.
 */
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { provideDebianPrograms, type DebianPrograms } from '../support/machine/debian-programs.ts';
import { provideRig } from '../support/worlds/rig.ts';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { serverAddresses, spareServers } from '../support/worlds/addresses.ts';
import { createWorld, type World } from '../support/worlds/world.ts';
import { present } from '../support/present.ts';

const rig = await provideRig();
const debian = await provideDebianPrograms().catch(() => undefined);

/** Not under `test`: libunbound denies that by itself (RFC 6761). */
const zoneName = 'signed.example';
const [authority] = spareServers;

const zone = `$ORIGIN ${zoneName}.
$TTL 60
@ IN SOA ns hostmaster 1 3600 600 86400 60
@ IN NS ns
ns IN A ${authority}
www IN A 10.0.0.1
www IN AAAA 2001:db8::1
www IN TXT "text"
only4 IN A 10.0.0.4
alias IN CNAME www
tampered IN A 10.0.0.9
many IN A 10.1.0.0
${Array.from({ length: 120 }, (_, index) => `many IN A 10.1.0.${index + 1}`).join('\n')}
`;

/** Time for the nameserver to open its port, in milliseconds. */
const servesWithinMs = 10_000;

describe.runIf(rig.hasWorlds && rig.hasSidecar && debian)('a signed zone', () => {
  const programs = debian as DebianPrograms;
  let world: World;
  let sidecar: Sidecar;
  let key: string;
  let anchors: string;

  beforeAll(async () => {
    world = await createWorld();
    await prepare('marker');
    const signed = await signZone(programs, world.folder);
    key = signed.keyFile;
    anchors = signed.anchorsFile;
    await serveZone(programs, world, signed.zoneFile);
    sidecar = await startSidecar(world);
  });
  afterAll(async () => {
    await sidecar?.stop();
    await world?.close();
  });

  const prepare = (mode: 'marker' | 'plain') =>
    world.prepare({
      resolvConf: `nameserver ${authority}\nsearch other.test ${zoneName}\noptions ndots:5\n`,
      script: { servers: {} },
      hosts: `10.9.9.9 www.${zoneName}\n`,
      mode,
    });

  async function run(program: 'dig' | 'delv' | 'unbound-host', ...args: string[]): Promise<string> {
    const child = world.start('injected', [programs.path(program), ...args], programs.env);
    const [output, errors] = await Promise.all([
      text(present(child.stdout)),
      text(present(child.stderr)),
      once(child, 'close'),
    ]);
    return output + errors;
  }
  const unboundHost = (name: string, type: string) => run('unbound-host', '-r', '-v', '-f', key, '-t', type, name);
  const delv = (name: string, type: string) =>
    run('delv', '@127.0.0.1', '-a', anchors, `+root=${zoneName}`, '+nocrypto', name, type);

  describe.each(['marker', 'plain'] as const)('mode %s', (mode) => {
    beforeAll(() => prepare(mode));

    test.each([
      ['an address', 'www', 'A', 'has address 10.0.0.1 (secure)'],
      ['an IPv6 address', 'www', 'AAAA', 'has IPv6 address 2001:db8::1 (secure)'],
      ['another type', 'www', 'TXT', 'has TXT record "text" (secure)'],
      ['an alias', 'alias', 'A', 'www.signed.example has address 10.0.0.1 (secure)'],
      ['a denial', 'nobody', 'A', 'not found: 3(NXDOMAIN). (secure)'],
      ['no data', 'only4', 'AAAA', 'has no IPv6 address (secure)'],
      ['no data of another type', 'www', 'MX', 'has no mail handler record (secure)'],
      ['what does not fit', 'many', 'A', 'has address 10.1.0.120 (secure)'],
      ['a record that was tampered with', 'tampered', 'A', 'BOGUS (security failure)'],
    ])('unbound-host: %s', async (_, name, type, expected) => {
      expect(await unboundHost(`${name}.${zoneName}`, type)).toContain(expected);
    });

    test.each([
      ['an address', 'www', 'A', /^; fully validated\n(?:.*\n)*www\.signed\.example\.\s.*\sA\s10\.0\.0\.1$/m],
      [
        'an IPv6 address',
        'www',
        'AAAA',
        /^; fully validated\n(?:.*\n)*www\.signed\.example\.\s.*\sAAAA\s2001:db8::1$/m,
      ],
      [
        'an alias',
        'alias',
        'A',
        /^; fully validated\n(?:.*\n)*alias\.signed\.example\.\s.*\sCNAME\swww\.signed\.example\.$/m,
      ],
      ['a denial', 'nobody', 'A', /^; negative response, fully validated$/m],
      ['no data', 'only4', 'AAAA', /^; negative response, fully validated$/m],
      [
        'what does not fit',
        'many',
        'A',
        /^; fully validated\n(?:.*\n)*many\.signed\.example\.\s.*\sA\s10\.1\.0\.120$/m,
      ],
      ['a record that was tampered with', 'tampered', 'A', /resolution failed: (RRSIG failed to verify|SERVFAIL)/],
    ])('delv: %s', async (_, name, type, expected) => {
      expect(await delv(`${name}.${zoneName}`, type)).toMatch(expected);
    });
  });
});

describe.runIf(rig.hasWorlds && rig.hasSidecar && debian)('AD of an upstream that checks signatures', () => {
  const programs = debian as DebianPrograms;
  let world: World;
  let sidecar: Sidecar;
  beforeAll(async () => {
    world = await createWorld();
    const names: Record<string, ReplyScript> = {
      'good.test': { is: 'DATA', addresses: ['10.0.0.1'], ad: true },
      'other.test': { is: 'DATA', addresses: ['10.0.0.2'] },
      'nobody.test': { is: 'NX', ad: true },
    };
    await world.prepare({
      resolvConf: `nameserver ${serverAddresses[0]}\nsearch test\noptions ndots:5\n`,
      script: { servers: { [serverAddresses[0]]: { names } } },
    });
    sidecar = await startSidecar(world);
  });
  afterAll(async () => {
    await sidecar?.stop();
    await world?.close();
  });

  test.each([
    ['+adflag', 'good.test', true],
    ['+noadflag', 'good.test', false],
    ['+dnssec', 'good.test', true],
    ['+adflag', 'other.test', false],
    ['+adflag', 'nobody.test', true],
    ['+adflag', 'good.glibc.internal', false],
  ])('dig %s %s', async (flag, name, expected) => {
    await world.restart();
    const child = world.start('injected', [programs.path('dig'), '@127.0.0.1', flag, name], programs.env);
    const [output] = await Promise.all([text(present(child.stdout)), once(child, 'close')]);
    expect(/flags:[^;]* ad[ ;]/.test(output)).toBe(expected);
    const asked = (await world.queries()).map(({ ad }) => ad);
    expect(asked).toEqual(asked.map(() => flag !== '+noadflag' && !name.endsWith('.internal')));
  });
});

async function signZone({ path, env }: DebianPrograms, folder: string) {
  const file = (name: string) => join(folder, name);
  await writeFile(file('zone'), zone);
  const options = { cwd: folder, env };
  const keygen = (...kind: string[]) =>
    runCommand(path('ldns-keygen'), ['-a', 'ECDSAP256SHA256', ...kind, zoneName], options);
  const zoneKey = (await keygen()).trim();
  const entryKey = (await keygen('-k')).trim();
  await runCommand(path('ldns-signzone'), ['-f', 'zone.signed', 'zone', zoneKey, entryKey], options);
  const signed = await readFile(file('zone.signed'), 'utf8');
  const tampered = signed.replace(/^tampered\..*\sA\s+10\.0\.0\.9$/m, (record) => record.replace(/9$/, '66'));
  return writeZone(folder, tampered === signed ? '' : tampered, entryKey);
}

async function writeZone(folder: string, signed: string, entryKey: string) {
  if (signed === '') throw new Error(`the zone lacks what is tampered with: ${(await readdir(folder)).join(' ')}`);
  const [zoneFile, keyFile, anchorsFile] = [
    join(folder, 'zone.served'),
    join(folder, `${entryKey}.key`),
    join(folder, 'anchors'),
  ];
  await writeFile(zoneFile, signed);
  const [, flags, protocol, algorithm, publicKey] =
    /DNSKEY\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)/.exec(await readFile(keyFile, 'utf8')) ?? [];
  const anchor = `"${zoneName}" static-key ${flags} ${protocol} ${algorithm} "${publicKey}";`;
  await writeFile(anchorsFile, `trust-anchors { ${anchor} };\n`);
  return { zoneFile, keyFile, anchorsFile };
}

/** NSD in the foreground; it ends with the world. */
async function serveZone({ path, env }: DebianPrograms, world: World, zoneFile: string): Promise<void> {
  const file = join(world.folder, 'nsd.conf');
  const own = (name: string) => join(world.folder, name);
  await writeFile(
    file,
    `server:
  ip-address: ${authority}
  username: ""
  chroot: ""
  server-count: 1
  database: ""
  pidfile: ""
  zonelistfile: "${own('nsd.zones')}"
  xfrdfile: "${own('nsd.xfrd')}"
  xfrdir: "${world.folder}"
  zonesdir: "${world.folder}"
remote-control:
  control-enable: no
zone:
  name: ${zoneName}
  zonefile: "${zoneFile}"
`,
  );
  const nsd = world.start('direct', [path('nsd'), '-d', '-c', file], env);
  for (const startMs = performance.now(); ; await sleep(20)) {
    const asked = world.start('direct', [path('dig'), `@${authority}`, '+time=1', '+tries=1', zoneName, 'SOA'], env);
    const [output] = await Promise.all([text(present(asked.stdout)), once(asked, 'close')]);
    if (output.includes('status: NOERROR')) return;
    if (nsd.exitCode !== null || performance.now() - startMs > servesWithinMs) throw new Error('NSD does not serve');
  }
}
