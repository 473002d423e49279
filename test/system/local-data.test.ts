/** Local names over real sockets: the built sidecar with hosts files, a folder of them, and the settings for their answers. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  demandSidecarBundle,
  spawnSidecar,
  startSidecar,
  startUpstream,
  type SidecarProcess,
} from '../support/machine/sidecar-process.ts';
import { ask, described, type Asked } from '../support/wire/ask.ts';
import { framed } from '../support/wire/framed.ts';
import { cleanUpsOfTests } from '../support/clean-ups.ts';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let folder: string;
const cleanUps = cleanUpsOfTests();
beforeAll(async () => {
  demandSidecarBundle();
  upstream = await startUpstream();
  folder = mkdtempSync(join(tmpdir(), 'local-data-'));
  mkdirSync(join(folder, 'hosts.d'));
  write('hosts', '192.0.2.1 db.test db a\n192.0.2.2 db\n10.1 lost\n192.0.2.3 *.dev.test\n');
  write('hosts.d/10-more', '2001:db8::4 six.test\n');
});
afterAll(() => {
  upstream.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

async function start(environment: Record<string, string> = {}): Promise<SidecarProcess> {
  const sidecar = await startSidecar({
    environment: {
      RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\n',
      RESOLVER_UPSTREAM_PORT: String(upstream.port),
      RESOLVER_HOSTS_FILE: join(folder, 'hosts'),
      ...environment,
    },
  });
  cleanUps.push(() => sidecar.child.kill('SIGKILL'));
  return sidecar;
}

const marked = (name: string): string => `${name}.glibc.internal`;
const answer = async ({ port }: SidecarProcess, name: string, type: Asked['type'] = 'A'): Promise<string> =>
  described(await ask(marked(name), { port, type }));

test('as glibc has it', async () => {
  const sidecar = await start();
  expect(await answer(sidecar, 'db')).toBe('NOERROR > db.test A 192.0.2.1 A 192.0.2.2');
  expect(await answer(sidecar, 'a')).toBe('NOERROR > db.test A 192.0.2.1');
  expect(await answer(sidecar, 'db', 'AAAA')).toBe('NOERROR > db AAAA 2001:db8::10');
  expect(await answer(sidecar, 'x.dev.test')).toBe('NOERROR > x.dev.test A 192.0.2.10');
  expect(sidecar.output()).toMatch(/"event":"hosts-ignored".*"line":3,"text":"10\.1 lost"/);
});

test('with wildcards, the last word, and turns', async () => {
  const sidecar = await start({
    RESOLVER_HOSTS_WILDCARDS: 'true',
    RESOLVER_HOSTS_AUTHORITATIVE: 'true',
    RESOLVER_HOSTS_ORDER: 'rotate',
    RESOLVER_HOSTS_TTL_SECONDS: '77',
  });
  const asked = upstream.queries.length;
  expect(await answer(sidecar, 'x.y.dev.test')).toBe('NOERROR > x.y.dev.test A 192.0.2.3');
  expect(await answer(sidecar, 'db')).toBe('NOERROR > db.test A 192.0.2.1 A 192.0.2.2');
  expect(await answer(sidecar, 'db')).toBe('NOERROR > db.test A 192.0.2.2 A 192.0.2.1');
  expect(await answer(sidecar, 'db', 'AAAA')).toBe('NOERROR');
  expect(await answer(sidecar, 'db', 'TXT')).toBe('NOERROR');
  expect(await answer(sidecar, 'db', 'ANY')).toMatch(/^NOERROR > db\.test A 192\.0\.2\.\d A 192\.0\.2\.\d$/);
  expect(upstream.queries.length).toBe(asked);
  const { answers = [] } = await ask(marked('db'), { port: sidecar.port });
  expect(answers.map((record) => ('ttl' in record ? record.ttl : 0))).toEqual([77, 77, 77]);
});

describe('a folder of hosts files', () => {
  test('is followed while the sidecar runs', async () => {
    const sidecar = await start({ RESOLVER_HOSTS_FOLDER: join(folder, 'hosts.d') });
    expect(await answer(sidecar, 'six.test', 'AAAA')).toBe('NOERROR > six.test AAAA 2001:db8::4');
    write('hosts.d/20-new', '192.0.2.20 new.test\n');
    write('hosts.d/.hidden', '192.0.2.21 new.test\n');
    while ((await answer(sidecar, 'new.test')) !== 'NOERROR > new.test A 192.0.2.20') await sleep(200);
    rmSync(join(folder, 'hosts.d/20-new'));
    while ((await answer(sidecar, 'new.test')) !== 'NOERROR > new.test A 192.0.2.10') await sleep(200);
  });
});

describe('profile host', () => {
  const startOnHost = (environment: Record<string, string> = {}): Promise<SidecarProcess> => {
    const resolvConf = join(folder, 'resolv.conf');
    write('resolv.conf', 'nameserver 127.0.0.1\nsearch s1.test\n');
    return start({
      RESOLVER_PROFILE: 'host',
      RESOLVER_MODE: 'as-is',
      RESOLVER_RESOLV_CONF: resolvConf,
      ...environment,
    });
  };
  const asked = async ({ port }: SidecarProcess, name: string, type: Asked['type'] = 'A'): Promise<string> =>
    described(await ask(name, { port, type }));

  test('listens nowhere by itself', async () => {
    const { ended, errors } = spawnSidecar({ environment: { RESOLVER_PROFILE: 'host' } });
    expect(await ended).toBe(78);
    expect(errors()).toMatch(/^RESOLVER_LISTEN must be given/);
  });

  test('asks for names as they are, and searches for those under the marker', async () => {
    const sidecar = await startOnHost();
    expect(await asked(sidecar, 'as.it.is')).toBe('NOERROR A 192.0.2.10');
    expect(await asked(sidecar, 'word.glibc.internal')).toBe('NOERROR > word.s1.test A 192.0.2.10');
    const queries = upstream.queries.filter((query) => !query.includes('.loop.'));
    expect(queries.slice(-2)).toEqual(['as.it.is A', 'word.s1.test A']);
  });

  test('local names for whatever query', async () => {
    const sidecar = await startOnHost();
    expect(await asked(sidecar, 'a')).toBe('NOERROR > db.test A 192.0.2.1');
    expect(await asked(sidecar, 'x.dev.test')).toBe('NOERROR A 192.0.2.3');
    expect(await asked(sidecar, 'a', 'ANY')).toBe('NOERROR > db.test A 192.0.2.1');
    expect(await asked(sidecar, '1.2.0.192.in-addr.arpa', 'PTR')).toBe('NOERROR PTR db.test');
    expect(await asked(sidecar, 'a', 'AAAA')).toBe('NOERROR AAAA 2001:db8::10');
  });

  test('nameservers with ports, in their order', async () => {
    const other = await startUpstream({ silentAddresses: ['127.0.0.2'] });
    cleanUps.push(other.close);
    const sidecar = await startOnHost({
      RESOLVER_NAMESERVERS: `127.0.0.2:${other.port},127.0.0.1:${other.port}`,
      RESOLVER_OPTIONS: 'timeout:1',
    });
    expect(await asked(sidecar, 'second.test')).toBe('NOERROR A 192.0.2.10');
    expect(other.queries.filter((query) => !query.includes('.loop.'))).toEqual(['second.test A']);
    const metrics = await (await fetch(`${sidecar.admin}/metrics`)).text();
    expect(metrics).toContain(
      `alpine_resolver_upstream_replies_total{server="127.0.0.2:${other.port}",class="lost"} 1`,
    );
  });
});

test('a nameserver that leads back to us is found, and not asked', async () => {
  const forwarder = createSocket('udp4').bind(0, '127.0.0.1');
  cleanUps.push(() => forwarder.close());
  await once(forwarder, 'listening');
  const sidecar = await start({
    RESOLVER_PROFILE: 'host',
    RESOLVER_NAMESERVERS: `127.0.0.1:${forwarder.address().port},127.0.0.1:${upstream.port}`,
  });
  const names: string[] = [];
  forwarder.on('message', (bytes, from) => {
    if (from.port === sidecar.port) return;
    names.push(decode(bytes).questions?.[0]?.name ?? '');
    forwarder.send(bytes, sidecar.port, '127.0.0.1');
  });
  while (!sidecar.output().includes('"server-dead"')) await sleep(100);
  const { port } = forwarder.address();
  const line =
    sidecar
      .output()
      .split('\n')
      .find((text) => text.includes('"server-dead"')) ?? '';
  expect(JSON.parse(line)).toMatchObject({
    reason: 'loop',
    server: `127.0.0.1:${port}`,
    path: `sidecar → 127.0.0.1:${port} → sidecar`,
  });
  expect(described(await ask('after.test', { port: sidecar.port }))).toBe('NOERROR A 192.0.2.10');
  expect(names.filter((name) => name === 'after.test')).toEqual([]);
});

test('who may ask: others are refused over UDP, and their connections are closed', async () => {
  const sidecar = await start({ RESOLVER_ALLOW_CLIENTS: '127.0.0.8/29' });
  const { port } = sidecar;
  expect(described(await ask(marked('db'), { port, from: '127.0.0.9' }))).toMatch(/^NOERROR > db\.test/);
  for (let times = 0; times < 3; times += 1)
    expect(described(await ask(marked('db'), { port, from: '127.0.0.1' }))).toBe('REFUSED');
  const refused = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' });
  refused.on('error', () => undefined);
  refused.write(Buffer.from('0000', 'hex'));
  await new Promise((resolve) => refused.on('close', resolve));
  const admitted = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.10' });
  cleanUps.push(() => admitted.destroy());
  admitted.write(framed(encode({ type: 'query', id: 1, questions: [{ type: 'A', name: marked('db') }] })));
  const [reply] = (await once(admitted, 'data')) as [Buffer];
  expect(described(decode(reply.subarray(2)))).toMatch(/^NOERROR > db\.test/);
  expect(sidecar.output().match(/"event":"client-refused"/g)).toHaveLength(1);
  const metrics = await (await fetch(`${sidecar.admin}/metrics`)).text();
  expect(metrics).toContain('alpine_resolver_refused_clients_total{transport="udp"} 3\n');
  expect(metrics).toContain('alpine_resolver_refused_clients_total{transport="tcp"} 1\n');
});

test('stub zones: names of a zone, and those that a search makes, go to its servers', async () => {
  const zoneServer = await startUpstream();
  cleanUps.push(zoneServer.close);
  const stubZonesFile = join(folder, 'zones');
  write('zones', `file.test=127.0.0.1:${zoneServer.port}\n`);
  const sidecar = await start({
    RESOLVER_STUB_ZONES: `zone.test=127.0.0.1:${zoneServer.port}`,
    RESOLVER_STUB_ZONES_FILE: stubZonesFile,
    RESOLVER_SEARCHES: 'zone.test',
  });
  expect(await answer(sidecar, 'word')).toBe('NOERROR > word.zone.test A 192.0.2.10');
  expect(described(await ask('x.FILE.test', { port: sidecar.port }))).toBe('NOERROR A 192.0.2.10');
  expect(zoneServer.queries).toEqual(['word.zone.test A', 'x.FILE.test A']);
  write('zones', '# nothing any more\n');
  while (!/"file":"stub-zones"/.test(sidecar.output())) await sleep(100);
  await ask('y.file.test', { port: sidecar.port });
  expect(upstream.queries).toContain('y.file.test A');
});

test('what is not sent to nameservers', async () => {
  const short = await start({ RESOLVER_FWD_NDOTS: '1', RESOLVER_SEARCHES: 's1.test', RESOLVER_FILTER_AAAA: 'true' });
  const asked = async (name: string, type: Asked['type'] = 'A') =>
    described(await ask(name, { port: short.port, type }));
  expect(await asked('word')).toBe('REFUSED');
  expect(await asked('two.words')).toBe('NOERROR A 192.0.2.10');
  expect(await asked('two.words', 'AAAA')).toBe('NOERROR');
  expect(await answer(short, 'word')).toBe('NOERROR > word.s1.test A 192.0.2.10');
  const count = upstream.queries.length;
  const local = await start({ RESOLVER_NO_REC: 'true' });
  expect(await answer(local, 'a')).toBe('NOERROR > db.test A 192.0.2.1');
  expect(await answer(local, 'a', 'AAAA')).toBe('NOERROR');
  expect(await answer(local, 'other.test')).toBe('REFUSED');
  expect(upstream.queries.length).toBe(count);
});

test('names of the class CHAOS are told where it was said', async () => {
  const silent = await start();
  expect(described(await ask('version.bind', { port: silent.port, type: 'TXT', class: 'CH' }))).toBe('REFUSED');
  const open = await start({ RESOLVER_CHAOS_NAMES: 'true' });
  expect(described(await ask('version.bind', { port: open.port, type: 'TXT', class: 'CH' }))).toMatch(
    /^NOERROR TXT \d+\.\d+\.\d+/,
  );
  expect(described(await ask('authors.bind', { port: open.port, type: 'TXT', class: 'CH' }))).toBe('REFUSED');
});

test('the TTLs that clients are told', async () => {
  const ttls = async ({ port }: SidecarProcess, name: string): Promise<unknown[]> =>
    ((await ask(name, { port })).answers ?? []).map((record) => ('ttl' in record ? record.ttl : 0));
  const capped = await start({ RESOLVER_MAX_TTL_SECONDS: '3' });
  for (let times = 0; times < 2; times += 1) expect(await ttls(capped, 'capped.test')).toEqual([3]);
  const fixed = await start({ RESOLVER_FIXED_TTL_SECONDS: '77' });
  expect(await ttls(fixed, marked('fixed.test'))).toEqual([77, 77]);
  expect(await ttls(fixed, marked('a'))).toEqual([10, 10]);
});

describe('the query log', () => {
  const lookups = ({ output }: SidecarProcess) =>
    output()
      .split('\n')
      .flatMap((line) => (line.includes('"event":"lookup"') ? [JSON.parse(line) as Record<string, unknown>] : []));

  /** As a C library: both families from one port. */
  async function askPair({ port }: SidecarProcess, name: string): Promise<void> {
    const socket = createSocket('udp4');
    const types = ['A', 'AAAA'] as const;
    const answered = new Promise<void>((resolve) => {
      let replies = 0;
      socket.on('message', () => void ((replies += 1) === types.length && resolve()));
    });
    for (const [id, type] of types.entries())
      socket.send(
        encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ type, name: marked(name) }] }),
        port,
        '127.0.0.1',
      );
    await answered;
    socket.close();
  }

  test('has nothing by itself', async () => {
    const sidecar = await start();
    await answer(sidecar, 'off.test');
    await sleep(200);
    expect(lookups(sidecar)).toEqual([]);
  });

  test('has the record of one search in so many', async () => {
    const sidecar = await start({ RESOLVER_QUERY_LOG: '2', RESOLVER_SEARCHES: 's1.test' });
    for (const name of ['one', 'two', 'three', 'four']) await answer(sidecar, name);
    while (lookups(sidecar).length < 2) await sleep(20);
    expect(lookups(sidecar)).toMatchObject([
      {
        level: 'info',
        name: 'two',
        type: 'A',
        outcome: 'positive',
        record: {
          candidates: [
            {
              name: 'two.s1.test',
              entry: 's1.test',
              conclusion: 'found',
              steps: [
                { kind: 'query', server: { address: '127.0.0.1', port: upstream.port }, transport: 'udp', type: 1 },
                { kind: 'reply', reply: { kind: 'addresses', addresses: ['192.0.2.10'] } },
              ],
            },
          ],
        },
      },
      { name: 'four' },
    ]);
  });

  test('says what answered where nothing was searched for', async () => {
    const sidecar = await start({
      RESOLVER_QUERY_LOG: '1',
      RESOLVER_FWD_NDOTS: '1',
      RESOLVER_QUERY_LOG_REDACT: 'false',
    });
    await answer(sidecar, 'a');
    expect(described(await ask('word', { port: sidecar.port }))).toBe('REFUSED');
    await askPair(sidecar, 'pair.test');
    await askPair(sidecar, 'pair.test');
    while (lookups(sidecar).length < 5) await sleep(20);
    expect(lookups(sidecar).map(({ name, type, by }) => [name, type, by].join(' '))).toEqual([
      'a A hosts',
      'word A not-forwarded',
      'pair.test A+AAAA search',
      'pair.test A memory',
      'pair.test AAAA memory',
    ]);
    expect(lookups(sidecar)[0]).toMatchObject({ level: 'info', record: { candidates: [] } });
  });

  test('has no names where they are replaced', async () => {
    const sidecar = await start({ RESOLVER_QUERY_LOG: '1', RESOLVER_QUERY_LOG_REDACT: 'true' });
    await answer(sidecar, 'secret.name.example');
    while (lookups(sidecar).length === 0) await sleep(20);
    const [line] = lookups(sidecar);
    expect(line?.['name']).toMatch(/^n[\da-f]{8}\.n[\da-f]{8}\.n[\da-f]{8}$/);
    expect(JSON.stringify(line)).not.toMatch(/secret|example/);
  });
});
