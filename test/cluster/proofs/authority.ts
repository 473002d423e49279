/** The CA that the replicas share: as the Secret holds it, as it is published, as it signs what is served. */
import { X509Certificate } from 'node:crypto';
import type { Kubectl } from '../kubectl.ts';
import { productNamespace, webhookConfiguration } from './product.ts';
import { ProofFailure } from './proof.ts';

const secret = 'secret/alpine-resolver-ca';
export const inProductNamespace = `--namespace=${productNamespace}`;

/** Common name of the CA in the Secret: each has one of its own. */
export async function storedAuthority(kubectl: Kubectl): Promise<string> {
  const path = '--output=jsonpath={.data.tls\\.crt}';
  const answer = await kubectl.run(['get', secret, inProductNamespace, path]);
  return new X509Certificate(Buffer.from(answer.stdout, 'base64')).subject;
}

export async function forceRotation(kubectl: Kubectl): Promise<void> {
  const value = `alpine-resolver.io/rotate=${Date.now()}`;
  await kubectl.run(['annotate', secret, inProductNamespace, '--overwrite', value]);
}

/** Takes away what the replicas share; none may be running. */
export async function forgetAuthority(kubectl: Kubectl): Promise<void> {
  await kubectl.run(['delete', secret, inProductNamespace]);
  await clearBundle(kubectl);
}

export async function clearBundle(kubectl: Kubectl): Promise<void> {
  const removal = '[{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}]';
  await kubectl.run(['patch', webhookConfiguration, '--type=json', '--patch', removal]);
}

/** Common names in the published bundle. */
export async function publishedAuthorities(kubectl: Kubectl): Promise<string[]> {
  const path = '--output=jsonpath={.webhooks[0].clientConfig.caBundle}';
  const answer = await kubectl.run(['get', webhookConfiguration, path]);
  const bundle = Buffer.from(answer.stdout, 'base64').toString();
  const certificates = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return certificates.map((pem) => new X509Certificate(pem).subject);
}

export interface ServedCertificate {
  /** Who signed it. */
  readonly issuer: string;
  readonly fingerprint: string;
}

/** What a replica shows to whoever connects; asked from inside its own container. */
export async function servedCertificate(kubectl: Kubectl, replica: string): Promise<ServedCertificate> {
  const script = `const socket = require('node:tls').connect({ host: '127.0.0.1', port: 8443, rejectUnauthorized: false }, () => {
    const certificate = socket.getPeerX509Certificate();
    console.log(JSON.stringify({ issuer: certificate.issuer, fingerprint: certificate.fingerprint256 }));
    socket.end();
  });`;
  const answer = await kubectl.exec(productNamespace, replica, ['node', '-e', script], 'webhook');
  if (answer.code !== 0) throw new ProofFailure(`certificate of ${replica}: ${answer.stderr}`);
  return JSON.parse(answer.stdout) as ServedCertificate;
}
