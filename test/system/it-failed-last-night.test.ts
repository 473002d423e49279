/** docs/it-failed-last-night.md, followed: each of its commands is run, and says what stands below it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRecordedApi, type RecordedApi } from '../support/kubernetes/recorded-api.ts';
import { startSidecar, startUpstream, type SidecarProcess } from '../support/machine/sidecar-process.ts';

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'dist', 'cli.cjs');
const page = readFileSync(join(root, 'docs', 'it-failed-last-night.md'), 'utf8');

interface Step {
  readonly line: string;
  readonly said: readonly string[];
}

/** A block of `sh`, and the `text` behind it. */
const steps: Step[] = [...page.matchAll(/```sh\n(.*)\n```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, line = '', text = '']) => ({
    line,
    said: text.split('\n').filter((each) => each !== ''),
  }),
);

const folder = mkdtempSync(join(tmpdir(), 'last-night-'));
let sidecar: SidecarProcess;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let api: RecordedApi;

beforeAll(async () => {
  if (!existsSync(cli)) throw new Error('dist/cli.cjs is missing: npm run build');
  upstream = await startUpstream({ silentAddresses: ['127.0.0.2'] });
  const resolvConf = 'nameserver 127.0.0.2\nsearch s1.test\noptions timeout:1 attempts:1\n';
  sidecar = await startSidecar({
    environment: { RESOLVER_ORIGINAL_RESOLV_CONF: resolvConf, RESOLVER_UPSTREAM_PORT: String(upstream.port) },
  });
  await failOnce(sidecar.port);
  const metrics = await (await fetch(`${sidecar.admin}/metrics`)).text();
  api = await startRecordedApi({
    objects: objectsOf(resolvConf),
    texts: { '/api/v1/namespaces/shop/pods/web-0:9953/proxy/metrics': metrics },
    forwardTo: Number(new URL(sidecar.admin).port),
  });
  writeFileSync(join(folder, 'kubeconfig'), api.kubeconfig);
  writeFileSync(join(folder, 'zone.yaml'), 'servers:\n  127.0.0.2: silent\n');
});
afterAll(() => {
  sidecar.child.kill('SIGKILL');
  upstream.close();
  api.close();
  rmSync(folder, { recursive: true });
});

/** What happened in the night: the program gets SERVFAIL. */
async function failOnce(port: number): Promise<void> {
  const socket = createSocket('udp4');
  const questions = [{ name: 'db.prod.glibc.internal', type: 'A' }] as const;
  socket.send(encode({ type: 'query', id: 1, flags: RECURSION_DESIRED, questions: [...questions] }), port, '127.0.0.1');
  const [reply] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  expect(decode(reply).answers).toEqual([]);
}

function objectsOf(resolvConf: string): Readonly<Record<string, object>> {
  const pod = {
    metadata: {
      ...{ name: 'web-0', namespace: 'shop', uid: '1', labels: { 'alpine-resolver.io/injected': 'true' } },
      annotations: { 'alpine-resolver.io/resolv-conf': resolvConf },
    },
    spec: {
      ...{ dnsPolicy: 'None', dnsConfig: { nameservers: ['127.0.0.1'], searches: ['glibc.internal'] } },
      initContainers: [{ name: 'alpine-resolver', image: 'sidecar', restartPolicy: 'Always', env: [] }],
      containers: [{ name: 'web', image: 'nginx:1.27-alpine3.20' }],
    },
    status: { phase: 'Running', initContainerStatuses: [{ name: 'alpine-resolver', restartCount: 0, started: true }] },
  };
  const shop = { metadata: { name: 'shop', labels: { 'alpine-resolver.io/inject': 'enabled' } } };
  return {
    '/version': { major: '1', minor: '34' },
    '/api/v1/namespaces': { items: [shop] },
    '/api/v1/namespaces/shop': shop,
    '/api/v1/limitranges': { items: [] },
    '/api/v1/namespaces/shop/limitranges': { items: [] },
    '/api/v1/pods': { items: [pod] },
    '/api/v1/namespaces/shop/pods/web-0': pod,
    '/api/v1/events': { items: [] },
  };
}

async function run(line: string): Promise<string> {
  const [program, ...args] = line.split(' ');
  expect(program).toBe('alpine-resolver');
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], KUBECONFIG: join(folder, 'kubeconfig') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return said.replaceAll(/\s+/g, ' ');
}

test('the page has a command for each of its steps', () => {
  expect(steps).toHaveLength([...page.matchAll(/^## \d/gm)].length);
});

test.each(steps)('$line', async ({ line, said }) => {
  const output = await run(line);
  for (const part of said) expect(output).toContain(part.replaceAll(/\s+/g, ' ').trim());
});
