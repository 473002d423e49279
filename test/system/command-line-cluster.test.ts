/** The built command line before an API server with recorded objects, and before a real sidecar behind its port-forward. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startRecordedApi, type RecordedApi, type Recording } from '../support/kubernetes/recorded-api.ts';
import { startSidecar, startUpstream } from '../support/machine/sidecar-process.ts';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'command-line-cluster-'));
let api: RecordedApi | undefined;
beforeAll(() => {
  if (!existsSync(cli)) throw new Error('dist/cli.cjs is missing: npm run build');
});
afterEach(() => api?.close());
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], recording: Recording): Promise<Ended> {
  const { ended } = await start(args, recording);
  return ended;
}

interface Started {
  readonly api: RecordedApi;
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
}

async function start(args: readonly string[], recording: Recording): Promise<Started> {
  const started = await startRecordedApi(recording);
  api = started;
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, started.kubeconfig);
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env['PATH'], KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, stdout, stderr }));
  return { api: started, child, stdout: () => stdout, ended };
}

const injected = {
  metadata: {
    name: 'web-0',
    namespace: 'shop',
    uid: '1',
    labels: { 'alpine-resolver.io/injected': 'true' },
    annotations: {
      'alpine-resolver.io/resolv-conf': 'nameserver 127.0.0.1\nsearch shop.svc.cluster.local\noptions ndots:5\n',
    },
  },
  spec: {
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['127.0.0.1'], searches: ['glibc.internal'] },
    initContainers: [{ name: 'alpine-resolver', image: 'sidecar', restartPolicy: 'Always', env: [] }],
    containers: [{ name: 'web', image: 'nginx:1.27-alpine3.20' }],
  },
};
const objects = { '/api/v1/namespaces/shop/pods/web-0': injected };

describe('explain --in-pod', () => {
  test('asks the sidecar itself, over a port-forward', async () => {
    const upstream = await startUpstream();
    const sidecar = await startSidecar({
      environment: {
        RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\nsearch s1.test\n',
        RESOLVER_UPSTREAM_PORT: String(upstream.port),
      },
    });
    try {
      const forwardTo = Number(new URL(sidecar.admin).port);
      const traced = await run(['explain', '--in-pod', 'pod/web-0', 'db'], { objects, forwardTo });
      expect(traced).toMatchObject({ status: 0, stderr: '' });
      expect(traced.stdout).toContain('db.s1.test');
      expect(traced.stdout).toContain('192.0.2.10');
      expect(traced.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      const json = await run(['explain', '--in-pod', 'web-0', 'db', '-o', 'json', '--as', 'eve'], {
        objects,
        forwardTo,
      });
      expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'Trace', name: 'db', isComplete: true });
      expect(api?.requests.map(({ line, as }) => `${line} ${as}`)).toEqual([
        'GET /api/v1/namespaces/shop/pods/web-0 eve',
        'GET /api/v1/namespaces/shop/pods/web-0/portforward?ports=9953 eve',
      ]);
      const page = join(folder, 'page.html');
      const args = ['explain', '--in-pod', 'web-0', 'db', '--html', page, '--redact'];
      const redacted = await run(args, { objects, forwardTo });
      expect(redacted).toMatchObject({ status: 0, stderr: '' });
      for (const form of [redacted.stdout, readFileSync(page, 'utf8')]) {
        expect(form).toContain('n1.n2.n3');
        expect(form).toContain('192.0.2.10');
        expect(form).not.toMatch(/\b(db|s1|shop|web-0)\b/);
      }
      const none = await run(['explain', '--in-pod', 'pod/web-0', 'a..b'], { objects, forwardTo });
      expect(none).toMatchObject({ status: 2, stdout: '' });
    } finally {
      sidecar.child.kill('SIGKILL');
      upstream.close();
    }
  });

  test.each([
    ['a right is missing', { objects, forbidden: /portforward/ }, 3, 'forbidden'],
    ['nothing listens there', { objects, forwardTo: 1 }, 3, 'ECONNREFUSED'],
    ['the pod is not there', { objects: {} }, 2, 'there is no pod web-0 in namespace shop'],
    ['the pod may not be read', { objects, forbidden: /pods/ }, 3, 'is forbidden'],
  ])('%s', async (_what, recording: Recording, status, said) => {
    const ended = await run(['explain', '--in-pod', 'pod/web-0', 'db'], recording);
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr).toContain(said);
  });

  test('a cluster that does not answer', async () => {
    const ended = await run(['explain', '--in-pod', 'pod/web-0', 'db', '--context', 'other'], { objects });
    expect(ended.status).toBe(3);
    expect(ended.stderr).toContain('the cluster at 127.0.0.1:1 does not answer');
  });
});

test('explain pod/NAME has the configuration in force', async () => {
  const args = ['explain', 'pod/web-0', 'db', '--port', '9', '-o', 'json'];
  const ended = await run(args, { objects, forbidden: /namespaces$|limitranges|kube-dns|mutating|deployments/ });
  const document = JSON.parse(ended.stdout) as { source: object; musl: object };
  expect(document).toMatchObject({
    source: { title: 'Pod shop/web-0 (context test)', resolvConf: expect.stringContaining('ndots:5') as string },
    musl: { kind: 'known', members: [{ alpine: '3.20' }] },
  });
});

describe('version', () => {
  const objectsThen = {
    '/api/v1/pods': { items: [injected] },
    '/api/v1/namespaces/alpine-resolver/pods': {
      items: [
        {
          metadata: { name: 'webhook', labels: { 'app.kubernetes.io/component': 'webhook' } },
          spec: { containers: [{ name: 'webhook', image: 'registry.test/webhook:0.0.1' }] },
          status: { phase: 'Running' },
        },
      ],
    },
  };

  test('of the webhook and the sidecars', async () => {
    const ended = await run(['version'], { objects: objectsThen });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain('webhook       0.0.1 in 1 pod of namespace alpine-resolver');
    expect(ended.stdout).toContain('sidecars      an unknown release in 1 pod');
    expect(api?.requests.map(({ line }) => line).at(-1)).toBe(
      'GET /api/v1/pods?limit=500&labelSelector=alpine-resolver.io%2Finjected%3Dtrue',
    );
  });

  test.each<[string, string[], Recording, number, string]>([
    [
      'a right is missing',
      [],
      { objects: objectsThen, forbidden: /v1\/pods/ },
      3,
      'sidecars      not known: /api/v1/pods',
    ],
    ['no cluster', ['--context', 'other'], { objects: {} }, 3, 'cluster       not known: the cluster at 127.0.0.1:1'],
    ['no such context', ['--context', 'x'], { objects: {} }, 2, 'cluster       not known: --context x: the kubeconfig'],
  ])('%s', async (_what, args, recording, status, said) => {
    const ended = await run(['version', ...args], recording);
    expect(ended).toMatchObject({ status, stderr: '' });
    expect(ended.stdout).toMatch(/^alpine-resolver \d/);
    expect(ended.stdout).toContain(said);
  });

  test('--client asks nobody', async () => {
    const ended = await run(['version', '--client', '-o', 'json'], { objects: {} });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(Object.keys(JSON.parse(ended.stdout) as object)).toEqual(['apiVersion', 'kind', 'client', 'node']);
    expect(api?.requests).toEqual([]);
  });
});

describe('status', () => {
  const missed = {
    metadata: {
      ...{ name: 'db-0', namespace: 'shop', uid: '2' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '3', controller: true }],
    },
    spec: { containers: [{ name: 'db', image: 'postgres:17-alpine' }] },
    status: { phase: 'Running' },
  };
  const shop = { metadata: { name: 'shop', labels: { 'alpine-resolver.io/inject': 'enabled' } } };
  const cluster: Recording['objects'] = {
    '/version': { major: '1', minor: '34' },
    '/api/v1/namespaces': { items: [shop] },
    '/api/v1/limitranges': { items: [] },
    // Three pages.
    '/api/v1/pods': { items: Array.from({ length: 1001 }, () => missed) },
  };

  test('missed prints what a shell takes, of all pages', async () => {
    const ended = await run(['status', 'missed'], { objects: cluster });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout.split('\n').slice(1)).toEqual([
      "kubectl rollout restart statefulset/db -n shop --context 'test'",
      '',
    ]);
    expect(ended.stdout).toContain('1001 pods');
    expect(api?.requests.filter(({ line }) => line.startsWith('GET /api/v1/pods?'))).toHaveLength(3);
  });

  test('--watch shows it, waits, and ends with 130 at Ctrl-C', async () => {
    const { child, stdout, ended } = await start(['status', '--watch', '-n', 'shop'], { objects: cluster });
    while (!stdout().includes('trouble')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 130, stderr: '' });
    // A pipe has no screen that could be cleared.
    expect(stdout()).toMatch(/^alpine-resolver in context test\n/);
  });

  test('Ctrl-C has what was read so far, and ends with 130', async () => {
    const recording = { objects: cluster, silentAt: /^\/api\/v1\/pods\?.*continue=500/ };
    const { api: asked, child, ended } = await start(['status', '-o', 'json'], recording);
    while (!asked.requests.some(({ line }) => line.includes('continue=500'))) await new Promise(setImmediate);
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ isComplete: false, pods: { value: { missed: 500 } } });
  });
});
