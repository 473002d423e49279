/** The certificates that are issued, byte for byte where it matters. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { readCertificate, splitBundle } from '../../../../webhook/certificates/certificate.ts';
import { issueAuthority, issueLeaf } from '../../../../webhook/certificates/issue.ts';
import { isRenewalDue } from '../../../../webhook/certificates/lifetime.ts';

const nowMs = Date.parse('2026-11-20T12:00:00Z');
const hourMs = 3_600_000;
const names = ['web', 'web.ns', 'web.ns.svc', '127.0.0.1', '::1'];
/** ecdsa-with-SHA256 (1.2.840.10045.4.3.2), DER. */
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');

test('a CA: EC P-256, SHA-256, may sign nothing but leaves, unique name', async () => {
  const [one, two] = [
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
  ];
  const certificate = new X509Certificate(one.chain);
  expect(certificate.ca).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  expect(certificate.raw.includes(ecdsaWithSha256)).toBe(true);
  expect(certificate.subject).toMatch(/^CN=alpine-resolver CA [\da-f]{16}$/);
  expect(new X509Certificate(two.chain).subject).not.toBe(certificate.subject);
  expect(one.chain.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
});

test('a leaf of it: its names, for servers, held back by the clock skew', async () => {
  const authority = await issueAuthority({ nowMs, lifetimeMs: 10 * hourMs });
  const leaf = await issueLeaf(authority, { names, nowMs, lifetimeMs: hourMs });
  const certificate = new X509Certificate(leaf.chain);
  expect(certificate.verify(new X509Certificate(authority.chain).publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkHost('web.ns.svc')).toBe('web.ns.svc');
  expect(certificate.checkHost('other.ns.svc')).toBeUndefined();
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('::1')).toBe('::1');
  expect(certificate.raw.includes(ecdsaWithSha256)).toBe(true);
  expect([leaf.notBeforeMs, leaf.notAfterMs]).toEqual([nowMs - 5 * 60_000, nowMs + hourMs]);
});

test('a leaf does not outlive its CA', async () => {
  const authority = await issueAuthority({ nowMs, lifetimeMs: hourMs });
  expect((await issueLeaf(authority, { names, nowMs, lifetimeMs: 2 * hourMs })).notAfterMs).toBe(authority.notAfterMs);
});

test('a key of another certificate is refused', async () => {
  const [one, two] = [
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
  ];
  expect(() => readCertificate(one.chain, two.key)).toThrow('does not belong');
  expect(() => readCertificate('nonsense', one.key)).toThrow('PEM');
});

test('a bundle is split whatever its line ends', async () => {
  const [one, two] = [
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
    await issueAuthority({ nowMs, lifetimeMs: hourMs }),
  ];
  expect(splitBundle(one.chain + two.chain)).toEqual([one.chain, two.chain]);
  expect(splitBundle(`# old\r\n${one.chain.replaceAll('\n', '\r\n')}${two.chain.trim()}`)).toEqual([
    one.chain,
    two.chain,
  ]);
  expect(splitBundle('nothing')).toEqual([]);
});

test('renewal is due after two thirds of the life, by the wall clock', () => {
  const life = { notBeforeMs: 0, notAfterMs: 300 };
  expect([0, 199, 200, 400].map((now) => isRenewalDue(life, now))).toEqual([false, false, true, true]);
});
