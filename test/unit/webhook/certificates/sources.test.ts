/** Self-issued and mounted certificates, and when they are renewed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { splitBundle, type Certificate } from '../../../../webhook/certificates/certificate.ts';
import { certificateFromFiles } from '../../../../webhook/certificates/from-files.ts';
import { issueAuthority, issueLeaf } from '../../../../webhook/certificates/issue.ts';
import { publishMounted } from '../../../../webhook/certificates/publish-mounted.ts';
import { bundleWith } from '../../../../webhook/certificates/rotation.ts';
import { selfIssued, type SetTick } from '../../../../webhook/certificates/self-issued.ts';

const hourMs = 3_600_000;
const startMs = Date.parse('2026-11-20T12:00:00Z');

let folder: string;
let nowMs: number;
/** What the sources asked to be called for again and again. */
let tick: () => Promise<void>;
let errors: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  nowMs = startMs;
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const setTick: SetTick = (_periodMs, action) => {
  tick = action;
  return () => undefined;
};
const surroundings = { wallClock: () => nowMs, setTick, report: (error: unknown) => errors.push(error) };

test('self-issued: the leaf is renewed by the wall clock, the CA when its own time has come', async () => {
  const renewed: Certificate[] = [];
  const source = selfIssued({
    names: ['localhost'],
    caLifetimeMs: 90 * hourMs,
    leafLifetimeMs: 9 * hourMs,
    ...surroundings,
  });
  const first = await source.start((certificate) => renewed.push(certificate));
  const authorityOf = ({ chain }: Certificate): string => splitBundle(chain)[1] ?? '';
  await tick();
  expect(renewed).toHaveLength(0);
  // After a suspension of ten hours the next tick finds it out.
  nowMs += 10 * hourMs;
  await tick();
  expect(renewed).toHaveLength(1);
  expect(authorityOf(renewed[0] as Certificate)).toBe(authorityOf(first));
  nowMs += 51 * hourMs;
  await tick();
  expect(authorityOf(renewed[1] as Certificate)).not.toBe(authorityOf(first));
  expect(errors).toEqual([]);
});

test('files: an expired certificate is no start, and no replacement', async () => {
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  const authority = await issueAuthority({ nowMs, lifetimeMs: 100 * hourMs });
  const write = ({ chain, key }: Certificate): void => {
    writeFileSync(files.certFile, chain);
    writeFileSync(files.keyFile, key);
  };
  const leaf = await issueLeaf(authority, { names: ['a'], nowMs, lifetimeMs: hourMs });
  write(leaf);
  nowMs += 2 * hourMs;
  await expect(certificateFromFiles({ ...files, ...surroundings }).start(() => undefined)).rejects.toThrow(
    'has expired',
  );
  nowMs = startMs;
  const renewed: Certificate[] = [];
  const source = certificateFromFiles({ ...files, ...surroundings });
  expect((await source.start((certificate) => renewed.push(certificate))).chain).toBe(leaf.chain);
  write(await issueLeaf(authority, { names: ['a'], nowMs: nowMs - 2 * hourMs, lifetimeMs: hourMs }));
  await tick();
  await tick();
  expect(errors).toHaveLength(1);
  const next = await issueLeaf(authority, { names: ['a'], nowMs, lifetimeMs: hourMs });
  write(next);
  await tick();
  await tick();
  expect(renewed.map(({ chain }) => chain)).toEqual([next.chain]);
  rmSync(files.keyFile);
  await tick();
  expect(errors).toHaveLength(2);
});

describe('a faulty file is reported with its setting, its path and what is accepted', () => {
  const accepted = /; accepted: .*PEM/;

  test.each<[what: string, cert: string | undefined, key: string | undefined, message: RegExp]>([
    ['no certificate file', undefined, 'good', /^WEBHOOK_TLS_CERT_FILE \(.*faulty.crt\): cannot be read \(ENOENT\)/],
    ['no key file', 'good', undefined, /^WEBHOOK_TLS_KEY_FILE \(.*faulty.key\): cannot be read \(ENOENT\)/],
    ['an empty certificate file', '\n', 'good', /^WEBHOOK_TLS_CERT_FILE \(.*\): is empty/],
    ['an empty key file', 'good', '', /^WEBHOOK_TLS_KEY_FILE \(.*\): is empty/],
    ['no PEM in the certificate file', 'words', 'good', /^WEBHOOK_TLS_CERT_FILE \(.*\): holds no certificate/],
    ['no PEM in the key file', 'good', 'words', /^WEBHOOK_TLS_KEY_FILE \(.*\): holds no private key/],
    ['a key that does not fit', 'good', 'other', /^WEBHOOK_TLS_KEY_FILE \(.*\): does not fit/],
  ])('%s', async (_, cert, key, message) => {
    const files = { certFile: join(folder, 'faulty.crt'), keyFile: join(folder, 'faulty.key') };
    const authority = await issueAuthority({ nowMs, lifetimeMs: 100 * hourMs });
    const leaf = () => issueLeaf(authority, { names: ['a'], nowMs, lifetimeMs: hourMs });
    const [good, other] = [await leaf(), await leaf()];
    const put = (path: string, text: string | undefined, part: 'chain' | 'key'): void => {
      rmSync(path, { force: true });
      if (text !== undefined) writeFileSync(path, text === 'good' ? good[part] : text === 'other' ? other[part] : text);
    };
    put(files.certFile, cert, 'chain');
    put(files.keyFile, key, 'key');
    const started = certificateFromFiles({ ...files, ...surroundings }).start(() => undefined);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toThrow(accepted);
  });
});

test('a mounted CA is published, and put back; what others may still need stays until it expires', async () => {
  const [first, second] = [
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
    await issueAuthority({ nowMs, lifetimeMs: 10 * hourMs }),
  ];
  const caFile = join(folder, 'ca.crt');
  writeFileSync(caFile, first.chain);
  let published: { bundle: string; resourceVersion: string } | undefined = { bundle: '', resourceVersion: '1' };
  let writes = 0;
  const publisher = publishMounted({
    caFile,
    bundle: {
      read: () => Promise.resolve(published),
      write: (bundle, after) => {
        if (after.resourceVersion !== published?.resourceVersion) return Promise.resolve(false);
        published = { bundle, resourceVersion: String(++writes + 1) };
        return Promise.resolve(true);
      },
    },
    note: () => undefined,
    ...surroundings,
  });
  await tick();
  await tick();
  expect(published.bundle).toBe(first.chain);
  expect(publisher.isPublished).toBe(true);
  expect(writes).toBe(1);
  published = { bundle: '', resourceVersion: '90' };
  await tick();
  expect(published.bundle).toBe(first.chain);
  writeFileSync(caFile, second.chain);
  await tick();
  expect(published.bundle).toBe(first.chain + second.chain);
  nowMs += 2 * hourMs;
  await tick();
  expect(published.bundle).toBe(second.chain);
  expect(errors).toEqual([]);
  rmSync(caFile);
  await tick();
  expect(String(errors)).toMatch(/WEBHOOK_TLS_CA_FILE \(.*ca.crt\): cannot be read \(ENOENT\); accepted: .*PEM/);
  writeFileSync(caFile, 'nothing');
  published = undefined;
  await tick();
  expect(publisher.isPublished).toBe(false);
});

test('replicas that mount different CAs for a while agree on one bundle', async () => {
  const [old, renewed] = [
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
  ];
  const both = bundleWith(old.chain, renewed.chain, nowMs);
  expect(bundleWith(both, old.chain, nowMs)).toBe(both);
  expect(bundleWith(both, renewed.chain, nowMs)).toBe(both);
});
