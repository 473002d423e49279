/**
 * Writes what the tests know of Kubernetes from its Go modules: the OpenAPI schemas of the kinds that we write, and the
 * pods with which Pod Security "restricted" is tested. Both are Apache-2.0.
 *
 *   node test/support/kubernetes/update.ts 1.34.4
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';

const kinds = [
  'io.k8s.api.core.v1.Pod',
  'io.k8s.api.core.v1.Namespace',
  'io.k8s.api.core.v1.ServiceAccount',
  'io.k8s.api.core.v1.Service',
  'io.k8s.api.core.v1.Secret',
  'io.k8s.api.core.v1.Event',
  'io.k8s.api.apps.v1.Deployment',
  'io.k8s.api.rbac.v1.Role',
  'io.k8s.api.rbac.v1.RoleBinding',
  'io.k8s.api.rbac.v1.ClusterRole',
  'io.k8s.api.rbac.v1.ClusterRoleBinding',
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  'io.k8s.api.networking.v1.NetworkPolicy',
  'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
];

const version = process.argv[2] ?? '1.34.4';
const minor = version.split('.')[1] ?? '';
const cache = mkdtempSync(join(tmpdir(), 'kubernetes-modules-'));
try {
  writeJson('schemas.json.gz', schemasOf(moduleFolder(`k8s.io/kubernetes@v${version}`)));
  writeJson(
    'restricted-pods.json.gz',
    restrictedPods(moduleFolder(`k8s.io/pod-security-admission@v0.${version.slice(2)}`)),
  );
} finally {
  execFileSync('chmod', ['-R', 'u+w', cache]);
  rmSync(cache, { recursive: true });
}

function moduleFolder(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', module], {
    env: { ...process.env, GOMODCACHE: cache, GOFLAGS: '' },
    cwd: cache,
    encoding: 'utf8',
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

type Schema = Record<string, unknown>;

/** The definitions that the kinds reach, closed: a member that the API server does not know is a fault. */
function schemasOf(folder: string): Record<string, Schema> {
  const file = join(folder, 'api/openapi-spec/swagger.json');
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, Schema> };
  const reached: Record<string, Schema> = {};
  const pending = [...kinds];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const definition = definitions[name];
    if (reached[name] || !definition) continue;
    const schema = strip(definition) as Schema;
    if (schema['properties']) schema['additionalProperties'] = false;
    reached[name] = schema;
    for (const [, reference] of JSON.stringify(schema).matchAll(/#\/definitions\/([\w.]+)/g))
      pending.push(reference ?? '');
  }
  return Object.fromEntries(Object.entries(reached).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Prose and Kubernetes' own extensions make nine tenths of the text. */
function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, member]) => {
    if (key.startsWith('x-kubernetes-') || key === 'default') return false;
    // `description` and `format` are also names of members.
    return !((key === 'description' || key === 'format') && typeof member === 'string');
  });
  return Object.fromEntries(kept.map(([key, member]) => [key, strip(member)]));
}

function restrictedPods(folder: string): Record<'pass' | 'fail', Record<string, unknown>> {
  const read = (verdict: string): Record<string, unknown> => {
    const from = join(folder, 'test/testdata/restricted', `v1.${minor}`, verdict);
    const files = readdirSync(from).map((name) => [
      name.replace('.yaml', ''),
      parse(readFileSync(join(from, name), 'utf8')),
    ]);
    return Object.fromEntries(files) as Record<string, unknown>;
  };
  return { pass: read('pass'), fail: read('fail') };
}

function writeJson(name: string, value: unknown): void {
  writeFileSync(join(import.meta.dirname, name), gzipSync(JSON.stringify(value), { level: 9 }));
}
