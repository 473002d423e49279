/**
 * Forged replies against the real sidecar, in a private network: guesses flood it from the server's own address, from
 * others, at its ports and at others, while the true reply is on its way. And true replies that bring more than was
 * asked for.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decode, type DecodedPacket } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { createWorld, type World } from '../support/worlds/world.ts';
import { query } from './client.ts';
import type { ForgerCommand, ForgerResult } from './forger.ts';

interface Forger {
  ask(name: string, type: 'A' | 'AAAA' | 'TXT' | 'SRV', transport?: 'udp' | 'tcp'): Promise<Answer>;
  /** Forgeries so far, by kind. */
  sent(): Promise<Readonly<Record<string, number>>>;
}

interface Answer {
  readonly bytes: Buffer;
  readonly packet: DecodedPacket;
}

/** Whatever a forgery brings: an address of either family, or the name. */
const evil = ['cb007142', '20010db80bad', Buffer.from('evil').toString('hex')];

let world: World;
let forger: Forger;
let sidecar: Sidecar;

beforeAll(async () => {
  world = await createWorld();
  await world.prepare({
    resolvConf: 'nameserver 192.0.2.1\nsearch s1.test\noptions timeout:30 attempts:1\n',
    script: { servers: {} },
  });
  forger = await startForger();
  sidecar = await startSidecar(world, { RESOLVER_MODE: 'marker' });
});
afterAll(async () => {
  await sidecar.stop();
  await world.close();
});

async function startForger(): Promise<Forger> {
  const child = world.start('direct', [process.execPath, join(import.meta.dirname, 'forger.ts')]);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('the forger has no pipes');
  const waiting = new Map<number, (result: ForgerResult) => void>();
  const lines = createInterface({ input: stdout });
  const [ready] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the forger ended with ${code}`))),
  ]);
  expect(JSON.parse(ready as string)).toEqual({ number: 0 });
  lines.on('line', (line) => {
    const result = JSON.parse(line) as ForgerResult;
    waiting.get(result.number)?.(result);
  });
  let number = 0;
  const run = (command: (number: number) => ForgerCommand): Promise<ForgerResult> => {
    number += 1;
    const result = new Promise<ForgerResult>((resolve) => waiting.set(number, resolve));
    stdin.write(`${JSON.stringify(command(number))}\n`);
    return result;
  };
  return {
    async ask(name, type, transport = 'udp') {
      const asked = query(0x4242, name, type).toString('hex');
      const { reply } = await run((number) => ({ number, do: 'ask', query: asked, transport }));
      if (reply === undefined) throw new Error(`no reply for ${name} ${type}`);
      const bytes = Buffer.from(reply, 'hex');
      return { bytes, packet: decode(bytes) };
    },
    sent: async () => (await run((number) => ({ number, do: 'sent' }))).sent ?? {},
  };
}

async function ignored(reason: string): Promise<number> {
  const { body } = await world.get('http://127.0.0.1:9953/metrics');
  const [, count = '0'] =
    new RegExp(`^alpine_resolver_upstream_ignored_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(body) ?? [];
  return Number(count);
}

function data({ packet }: Answer): string[] {
  return (packet.answers ?? []).map((answer) => `${answer.type} ${JSON.stringify((answer as { data: unknown }).data)}`);
}

function expectNothingEvil({ bytes }: Answer): void {
  for (const part of evil) expect(bytes.toString('hex')).not.toContain(part);
}

describe('forged replies are not taken, and the true one behind them is', () => {
  test.each([
    ['flood1.test', 'A', ['A "192.0.2.80"']],
    ['flood2.test', 'AAAA', ['AAAA "2001:db8::80"']],
    ['flood3.glibc.internal', 'A', ['CNAME "flood3.s1.test"', 'A "192.0.2.80"']],
    ['flood4.glibc.internal', 'AAAA', ['CNAME "flood4.s1.test"', 'AAAA "2001:db8::80"']],
  ] as const)('%s %s: 65,535 other IDs, and all else that can be wrong', async (name, type, expected) => {
    const before = { id: await ignored('wrong-id'), question: await ignored('wrong-question') };
    const answer = await forger.ask(name, type);
    expect(data(answer)).toEqual(expected);
    expectNothingEvil(answer);
    // They did arrive: not all, because the kernel drops what the socket's buffer does not hold.
    expect((await ignored('wrong-id')) - before.id).toBeGreaterThan(30_000);
    expect((await ignored('wrong-question')) - before.question).toBeGreaterThan(500);
  });

  test('both halves of five pairs at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        Promise.all([forger.ask(`flood-pair${index}.test`, 'A'), forger.ask(`flood-pair${index}.test`, 'AAAA')]),
      ),
    );
    for (const [a, aaaa] of answers) {
      expect(data(a)).toEqual(['A "192.0.2.80"']);
      expect(data(aaaa)).toEqual(['AAAA "2001:db8::80"']);
    }
  });

  test('each kind was sent, again and again', async () => {
    const sent = await forger.sent();
    console.log(sent);
    expect(Object.keys(sent).toSorted()).toEqual(
      [
        ...['other ID', 'other address', 'other source port', 'other port', 'late'],
        ...['other name', 'longer name', 'name cut', 'other type', 'other class'],
        ...['no question', 'two questions', 'question count 2', 'question cut off'],
      ].toSorted(),
    );
    for (const count of Object.values(sent)) expect(count).toBeGreaterThan(50);
  });
});

describe('records beside the chain of the question are not passed on', () => {
  const good = {
    A: 'A "192.0.2.80"',
    AAAA: 'AAAA "2001:db8::80"',
    TXT: `TXT ${JSON.stringify([{ type: 'Buffer', data: [...Buffer.from('good')] }])}`,
    SRV: 'SRV {"priority":1,"weight":2,"port":53,"target":"good.test"}',
  } as const;

  test.each([
    ['extra1.test', 'A', 'udp'],
    ['extra1.test', 'A', 'tcp'],
    ['extra2.test', 'AAAA', 'udp'],
    ['extra3.glibc.internal', 'A', 'udp'],
    ['extra3.glibc.internal', 'AAAA', 'tcp'],
    ['extra4.glibc.internal', 'TXT', 'udp'],
    ['extra4.glibc.internal', 'SRV', 'udp'],
    ['extra4.glibc.internal', 'SRV', 'tcp'],
  ] as const)('%s %s over %s', async (name, type, transport) => {
    const answer = await forger.ask(name, type, transport);
    expectNothingEvil(answer);
    const alias = name.endsWith('internal') ? [`CNAME "${name.replace('glibc.internal', 's1.test')}"`] : [];
    expect(data(answer)).toEqual([...alias, good[type]]);
    expect(answer.packet.authorities).toEqual([]);
    expect(answer.packet.additionals).toEqual([]);
  });

  test('in plain mode neither', async () => {
    await sidecar.stop();
    sidecar = await startSidecar(world, { RESOLVER_MODE: 'plain' });
    for (const [name, type] of [
      ['extra5', 'A'],
      ['extra6', 'AAAA'],
    ] as const) {
      const answer = await forger.ask(name, type);
      expectNothingEvil(answer);
      expect(data(answer)).toEqual([`CNAME "${name}.s1.test"`, good[type]]);
    }
  });
});
