/** `server-memory`: a silent first server costs its timeout once, and is used again as soon as it answers. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript, ServerScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary, type RawClient, type RawReply } from '../support/simulation/raw-client.ts';
import type { SimulatedSidecarOptions } from '../support/simulation/simulated-sidecar.ts';

const [first, second, third] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
const timeoutMs = 5000;

const data = (address: string, delayMs = 5): ReplyScript => ({ is: 'DATA', addresses: [address], delayMs });
const fromFirst = 'NOERROR | A 10.0.0.1';
const fromSecond = 'NOERROR | A 10.0.0.2';

/** Silent but for the names that begin with "back", which it has at once, and "slow", which take a second. */
const silent: ServerScript = {
  names: {
    back: data('10.0.0.1'),
    'back.s1.test': data('10.0.0.1'),
    slow: data('10.0.0.1', 1000),
    'six A': 'EMPTY',
    failing: 'SF',
    forging: { is: 'NX', forged: ['id', 'name'], delayMs: 3_600_000 },
  },
  otherwise: 'LOST',
};
const healthy: ServerScript = { names: { 's1.test': 'NX' }, otherwise: data('10.0.0.2') };

function client(options: Partial<SimulatedSidecarOptions> = {}, conf = ''): RawClient {
  return createRawClient({
    script: { servers: { [first]: silent, [second]: healthy, [third]: healthy } },
    resolvConf: `nameserver ${first}\nnameserver ${second}\n${conf}`,
    logLevel: 'info',
    ...options,
  });
}

let lastId = 0;

function begin(sidecar: RawClient, name: string, types: readonly string[] = ['A']): RawReply[][] {
  lastId += 10;
  const port = 30_000 + lastId;
  return types.map((type, index) => sidecar.ask({ name, type, id: (lastId + index) & 0xffff, port }));
}

interface Found {
  readonly reply: string;
  readonly tookMs: number;
}

/** One call of a program: its first reply. */
async function lookUp(sidecar: RawClient, name: string, types?: readonly string[]): Promise<Found> {
  const startMs = sidecar.now();
  const replies = begin(sidecar, name, types);
  await sidecar.pass(30_000);
  const [reply] = replies[0] ?? [];
  return { reply: reply === undefined ? 'none' : summary(reply), tookMs: (reply?.atMs ?? Infinity) - startMs };
}

const events = (sidecar: RawClient): string[] =>
  sidecar.logged.flatMap(({ event, server }) => {
    const text = `${String(event)} ${String(server)}`;
    return text.startsWith('server-') ? [text] : [];
  });

async function silence(sidecar: RawClient): Promise<void> {
  await lookUp(sidecar, 'n0', ['A', 'AAAA']);
  expect(events(sidecar)).toEqual([`server-silent ${first}:53`]);
}

describe.each([
  ['two servers', `nameserver ${first}\nnameserver ${second}\n`],
  ['three servers', `nameserver ${first}\nnameserver ${second}\nnameserver ${third}\n`],
])('the first of %s is silent', (_, resolvConf) => {
  test('one lookup of both families waits for it, and none afterwards, also minutes later', async () => {
    const sidecar = client({ resolvConf });
    expect((await lookUp(sidecar, 'n1', ['A', 'AAAA'])).tookMs).toBeGreaterThanOrEqual(timeoutMs);
    for (const [index, pauseMs] of [0, 1000, 600_000].entries()) {
      await sidecar.pass(pauseMs);
      for (const types of [['A', 'AAAA'], ['A']]) {
        const found = await lookUp(sidecar, `n${index + 2}`, types);
        expect(found.reply).toBe(fromSecond);
        expect(found.tookMs).toBeLessThanOrEqual(400);
      }
    }
    expect(events(sidecar)).toEqual([`server-silent ${first}:53`]);
  });

  test('two lookups of one family wait for it, and none afterwards', async () => {
    const sidecar = client({ resolvConf });
    const times: number[] = [];
    for (const name of ['n1', 'n2', 'n3', 'n4']) times.push((await lookUp(sidecar, name)).tookMs);
    expect(times.map((time) => time >= timeoutMs)).toEqual([true, true, false, false]);
    expect(Math.max(...times.slice(2))).toBeLessThanOrEqual(400);
  });

  test('each candidate of a search takes at most 0.4 s', async () => {
    const names = Object.fromEntries(['s1', 's2', 's3'].map((entry) => [`foo.${entry}.test`, 'NX' as const]));
    const sidecar = client({
      resolvConf: `${resolvConf}search s1.test s2.test s3.test\noptions ndots:5\n`,
      script: { servers: { [first]: silent, [second]: { ...healthy, names }, [third]: healthy } },
    });
    await silence(sidecar);
    const { reply, tookMs } = await lookUp(sidecar, 'foo.glibc.internal', ['A', 'AAAA']);
    expect(reply).toBe('NOERROR | CNAME foo | A 10.0.0.2');
    expect(tookMs).toBeLessThanOrEqual(4 * 400);
  });

  test('every lookup still asks it', async () => {
    const sidecar = client({ resolvConf });
    await silence(sidecar);
    await lookUp(sidecar, 'n1');
    const asked = sidecar.network.asked.filter(({ name }) => name === 'n1').map(({ server }) => server);
    expect(asked).toEqual([first, second]);
  });

  test('it is used again by the very lookup that it answers', async () => {
    const sidecar = client({ resolvConf });
    await silence(sidecar);
    const found = await lookUp(sidecar, 'back');
    expect(found).toEqual({ reply: fromFirst, tookMs: 5 });
    expect(events(sidecar)).toEqual([`server-silent ${first}:53`, `server-answers ${first}:53`]);
    // Its whole timeout again.
    expect(await lookUp(sidecar, 'slow')).toEqual({ reply: fromFirst, tookMs: 1000 });
  });

  test('a reply that comes after 300 ms is too late for its lookup, and ends the silence', async () => {
    const sidecar = client({ resolvConf });
    await silence(sidecar);
    expect((await lookUp(sidecar, 'slow')).reply).toBe(fromSecond);
    expect(events(sidecar)).toEqual([`server-silent ${first}:53`, `server-answers ${first}:53`]);
    expect(await lookUp(sidecar, 'slow')).toEqual({ reply: fromFirst, tookMs: 1000 });
  });
});

describe('what makes no server silent', () => {
  test.each<[string, readonly (readonly [string, readonly string[]])[]]>([
    ['one lost packet', [['n1', ['A']]]],
    [
      'two, with an answer between them',
      [
        ['n1', ['A']],
        ['back', ['A']],
        ['n2', ['A']],
      ],
    ],
    [
      'a firewall that drops AAAA',
      [
        ['six', ['A', 'AAAA']],
        ['six', ['A', 'AAAA']],
        ['six', ['A', 'AAAA']],
      ],
    ],
    [
      'a server that fails',
      [
        ['failing', ['A', 'AAAA']],
        ['failing', ['A']],
      ],
    ],
    [
      'messages that are no reply',
      [
        ['forging', ['A', 'AAAA']],
        ['forging', ['A', 'AAAA']],
      ],
    ],
  ])('%s', async (_, lookups) => {
    const sidecar = client();
    for (const [name, types] of lookups) await lookUp(sidecar, name, types);
    expect(events(sidecar)).toEqual([]);
  });

  test('a lookup that got nothing, while another one did', async () => {
    const sidecar = client();
    begin(sidecar, 'n1', ['A', 'AAAA']);
    await sidecar.pass(timeoutMs - 100);
    begin(sidecar, 'back');
    await sidecar.pass(30_000);
    expect(events(sidecar)).toEqual([]);
  });

  test('a server that is silent over TCP', async () => {
    const stalling: ServerScript = { ...silent, tcp: 'stall' };
    const sidecar = client({ script: { servers: { [first]: stalling, [second]: healthy } } }, 'options use-vc\n');
    await lookUp(sidecar, 'n1', ['A', 'AAAA']);
    const { tookMs } = await lookUp(sidecar, 'n2', ['A', 'AAAA']);
    expect(tookMs).toBeGreaterThanOrEqual(timeoutMs);
    expect(events(sidecar)).toEqual([]);
  });
});

test('lookups that wait already are cut to 300 ms since their sending', async () => {
  const sidecar = client();
  begin(sidecar, 'n1', ['A', 'AAAA']);
  await sidecar.pass(timeoutMs - 1000);
  const older = begin(sidecar, 'n2');
  await sidecar.pass(900);
  const younger = begin(sidecar, 'n3');
  await sidecar.pass(400);
  expect([older, younger].map(([replies]) => replies?.[0]?.atMs)).toEqual([timeoutMs + 5, timeoutMs + 205]);
});

test('the only server is waited for as ever', async () => {
  const sidecar = client({ resolvConf: `nameserver ${first}\noptions attempts:1\n` });
  await silence(sidecar);
  expect((await lookUp(sidecar, 'slow')).reply).toBe(fromFirst);
});

test('where all are silent, the last of each attempt is waited for', async () => {
  const servers = { [first]: silent, [second]: { ...silent, names: { slow: data('10.0.0.2', 1000) } } };
  const sidecar = client({ script: { servers } }, 'options attempts:1\n');
  await lookUp(sidecar, 'n1', ['A', 'AAAA']);
  expect(events(sidecar)).toEqual([first, second].map((server) => `server-silent ${server}:53`));
  expect(await lookUp(sidecar, 'slow')).toEqual({ reply: fromSecond, tookMs: 1300 });
});

describe('a change of the configuration', () => {
  const configure = (sidecar: RawClient, change: { conf?: string; serverMemory?: boolean }): void => {
    const { snapshot } = client({ resolvConf: change.conf ?? `nameserver ${first}\nnameserver ${second}\n` });
    const settings = { ...snapshot.settings, serverMemory: change.serverMemory ?? true };
    sidecar.pipeline.configure({ ...snapshot, settings });
  };
  const isSilent = async (sidecar: RawClient): Promise<boolean> => (await lookUp(sidecar, 'n9')).tookMs < timeoutMs;

  test('leaves what is known of servers that stay', async () => {
    const sidecar = client();
    await silence(sidecar);
    configure(sidecar, { conf: `nameserver ${first}\nnameserver ${third}\noptions ndots:3\n` });
    expect(await isSilent(sidecar)).toBe(true);
  });

  test('forgets a server that goes', async () => {
    const sidecar = client();
    await silence(sidecar);
    configure(sidecar, { conf: `nameserver ${second}\n` });
    configure(sidecar, {});
    expect(await isSilent(sidecar)).toBe(false);
    expect(sidecar.metrics()).toContain(`alpine_resolver_server_silent{server="${first}"} 0\n`);
  });

  test('without server-memory all is forgotten, and nothing is learned', async () => {
    const sidecar = client();
    await silence(sidecar);
    configure(sidecar, { serverMemory: false });
    expect(await isSilent(sidecar)).toBe(false);
    expect((await lookUp(sidecar, 'n1', ['A', 'AAAA'])).tookMs).toBeGreaterThanOrEqual(timeoutMs);
    expect(sidecar.metrics()).not.toContain('alpine_resolver_server_silent{');
    configure(sidecar, {});
    expect(await isSilent(sidecar)).toBe(false);
  });
});

test('log and metrics tell it', async () => {
  const sidecar = client();
  const metrics = (): string[] =>
    sidecar
      .metrics()
      .split('\n')
      .filter((line) => line.startsWith('alpine_resolver_server_silen'));
  expect(metrics()).toEqual([
    `alpine_resolver_server_silent{server="${first}"} 0`,
    `alpine_resolver_server_silent{server="${second}"} 0`,
  ]);
  await silence(sidecar);
  expect(metrics()).toEqual([
    `alpine_resolver_server_silent{server="${first}"} 1`,
    `alpine_resolver_server_silent{server="${second}"} 0`,
    `alpine_resolver_server_silences_total{server="${first}"} 1`,
  ]);
  await lookUp(sidecar, 'back');
  expect(metrics()).toContain(`alpine_resolver_server_silent{server="${first}"} 0`);
  expect(sidecar.logged).toMatchObject([
    { level: 'warn', event: 'server-silent', server: `${first}:53` },
    { level: 'info', event: 'server-answers', server: `${first}:53`, silentSeconds: 25 },
  ]);
});
