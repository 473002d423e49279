/** What is recorded of a lookup of the whole pipeline: questions, replies, silence, and what is made of them. */
import { describe, expect, test } from 'vitest';
import type { LookupRecord, StepRecord } from '../../../shared/report/lookup-record.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import type { ReplyScript, ServerScript } from '../../../cli/simulation/script.ts';
import { createLookupRecorder } from '../../../sidecar/trace/lookup-recorder.ts';
import { createPipeline } from '../../../sidecar/pipeline.ts';
import { upstreamPortOf } from '../../../cli/simulation/pipeline-network.ts';
import { createSimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import { encodeQuery } from '../../support/simulation/raw-client.ts';
import { simulateSidecar } from '../../support/simulation/simulated-sidecar.ts';

const a: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'] };
const conf = 'nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch s1.test s2.test\noptions timeout:1 attempts:1\n';

interface World {
  readonly name?: string;
  readonly first: ServerScript;
  readonly second?: ServerScript;
  readonly resolvConf?: string;
  readonly hosts?: string;
}

async function recordOf({ name = 'foo', first, second, resolvConf = conf, hosts = '' }: World): Promise<LookupRecord> {
  const script = { servers: { '192.0.2.1': first, ...(second && { '192.0.2.2': second }) } };
  const { snapshot } = simulateSidecar({ script, resolvConf, hosts });
  const world = createSimulatedNetwork(script);
  const upstream = upstreamPortOf(world, 53);
  const metrics = createMetrics(sidecarMetrics);
  const recorder = createLookupRecorder({ now: world.now, upstream, upstreamPort: 53, metrics }, name);
  const pipeline = createPipeline(
    {
      ...{ now: world.now, setTimer: world.setTimer, randomId: world.randomId, hashSeed: 0, nextRotation: () => 0 },
      ...{ upstream: recorder.upstream, metrics: recorder.metrics, log: recorder.log },
      afterRead: (run) => void world.setTimer(0, run),
      checkPodResolvConf() {},
    },
    snapshot,
  );
  const replies = ['A', 'AAAA'].map(
    (type, i) =>
      new Promise<void>((resolve) => {
        const client = { transport: 'udp', address: '127.0.0.1', port: 4000, onLoopback: true } as const;
        pipeline.handle(encodeQuery({ name: `${name}.glibc.internal`, type, id: i + 1 }), {
          ...client,
          reply: () => resolve(),
        });
      }),
  );
  await world.run(Promise.all(replies));
  return recorder.record();
}

/** `A 192.0.2.1 udp taken 1`, in short. */
function stepText(step: StepRecord): string {
  const where = `${step.server?.address ?? ''}${'transport' in step ? ` ${step.transport}` : ''}`;
  switch (step.kind) {
    case 'query':
      return `${step.atMs}: ${step.type} → ${where}`;
    case 'reply':
      return `${step.atMs}: ${step.type} ← ${where} ${step.reply.kind} ${step.reply.rcode} ${step.reply.addresses.join(' ')}: ${step.use}`;
    case 'failure':
      return `${step.atMs}: ${where} ${step.code}`;
    case 'silence':
      return `${step.atMs}: ${where} silent for ${step.waitedMs}`;
  }
}

const texts = ({ candidates }: LookupRecord) =>
  candidates.map(({ name, entry, conclusion, startMs, endMs, steps }) => [
    `${name} (${entry}) ${startMs} to ${endMs}: ${conclusion}`,
    ...steps.map(stepText),
  ]);

describe('a record has', () => {
  test('the candidates in their order, with times from the start', async () => {
    expect(
      texts(await recordOf({ first: { names: { 'foo.s1.test': { is: 'NX', delayMs: 20 }, 'foo.s2.test': a } } })),
    ).toStrictEqual([
      [
        'foo.s1.test (s1.test) 0 to 20: no-such-name',
        '0: 1 → 192.0.2.1 udp',
        '0: 28 → 192.0.2.1 udp',
        '20: 1 ← 192.0.2.1 udp error 3 : taken',
        '20: 28 ← 192.0.2.1 udp error 3 : taken',
      ],
      [
        'foo.s2.test (s2.test) 20 to 20: found',
        '20: 1 → 192.0.2.1 udp',
        '20: 28 → 192.0.2.1 udp',
        '20: 1 ← 192.0.2.1 udp addresses 0 10.0.0.1: taken',
        '20: 28 ← 192.0.2.1 udp addresses 0 2001:db8::1: taken',
      ],
    ]);
  });

  test('silence and failover', async () => {
    const [first = []] = texts(
      await recordOf({ first: { otherwise: 'LOST' }, second: { names: { 'foo.s1.test': a } } }),
    );
    expect(first).toContain('1000: 192.0.2.1 silent for 1000');
    expect(first).toContain('1000: 1 → 192.0.2.2 udp');
    const [refused = []] = texts(
      await recordOf({ first: { otherwise: 'RF' }, second: { names: { 'foo.s1.test': a } } }),
    );
    expect(refused).toContain('0: 1 ← 192.0.2.1 udp error 5 : next-server');
  });

  test('a closed port, and the end of the search at it', async () => {
    const [first = []] = texts(await recordOf({ first: { udp: 'closed' }, resolvConf: 'nameserver 192.0.2.1\n' }));
    expect(first[0]).toContain('foo (undefined)');
    expect(first[0]).toContain(': refused');
    expect(first).toContain('0: 192.0.2.1 udp ECONNREFUSED');
  });

  test('the way over TCP, and how it fails', async () => {
    const names = { 'foo.s1.test': { ...(a as object), is: 'DATA', truncated: true } as ReplyScript };
    const [first = []] = texts(await recordOf({ first: { names } }));
    expect(first).toContain('0: 1 ← 192.0.2.1 udp addresses 0 10.0.0.1: over-tcp');
    expect(first).toContain('0: 28 ← 192.0.2.1 tcp addresses 0 2001:db8::1: taken');
    const [closed = []] = texts(await recordOf({ first: { names, tcp: 'close' } }));
    expect(closed).toContain('0: 192.0.2.1 tcp EOF');
  });

  test.each<[ReplyScript, string]>([
    ['EMPTY', 'empty 0 : taken'],
    ['LAME', 'lame 0 : next-server'],
    [{ is: 'ALIAS', chain: ['x.test'] }, 'alias 0 : taken'],
    [{ is: 'BAD', addresses: ['10.0.0.1', '2001:db8::1'], fault: 'count' }, 'unreadable 0 : taken'],
    [{ is: 'RUNT', length: 8 }, 'unreadable 0 : next-server'],
    [{ is: 'NX', forged: ['name'] }, 'unreadable 0 : ignored'],
  ])('a reply that is %j', async (reply, text) => {
    const [first = []] = texts(await recordOf({ first: { names: { 'foo.s1.test': reply } } }));
    expect(first.some((line) => line.includes(`1 ← 192.0.2.1 udp ${text}`))).toBe(true);
  });

  test('no candidate that cannot be sent', async () => {
    const long = `nameserver 192.0.2.1\nsearch ${Array.from('abcd', (letter) => letter.repeat(62)).join('.')}\n`;
    const { candidates } = await recordOf({ first: {}, resolvConf: long });
    expect(candidates.map(({ name, conclusion }) => [name, conclusion])).toStrictEqual([['foo', 'no-such-name']]);
  });

  test('nothing but the source of an answer from the hosts file', async () => {
    const record = await recordOf({ first: {}, hosts: '10.0.0.9 foo\n' });
    expect(record).toStrictEqual({ candidates: [], isFromHosts: true });
  });
});
