/** One certificate authority for the cluster, and a certificate for each part that speaks to the API server. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { runFolder } from '../../support/machine/paths.ts';
import { apiServerUrl, apiServiceAddress, clusterDomain, nodeAddress, nodeName } from './addresses.ts';

/** User names and groups that Kubernetes' own RBAC rules know. */
const clients = {
  admin: { commonName: 'admin', organization: 'system:masters' },
  'controller-manager': { commonName: 'system:kube-controller-manager' },
  scheduler: { commonName: 'system:kube-scheduler' },
  proxy: { commonName: 'system:kube-proxy' },
  kubelet: { commonName: `system:node:${nodeName}`, organization: 'system:nodes' },
} satisfies Record<string, Subject>;

interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

export type Client = keyof typeof clients;

export const kubeconfigOf = (client: Client): string => join(runFolder, `${client}.kubeconfig`);
export const certificateFile = (name: string): string => join(runFolder, `${name}.crt`);
export const keyFile = (name: string): string => join(runFolder, `${name}.key`);

/** Writes all certificates, keys and kubeconfig files of a new cluster. */
export async function writeCertificates(): Promise<void> {
  const authority = await generate([{ name: 'commonName', value: 'cluster-authority' }], {
    ...algorithm,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { cert: authority.cert, key: authority.private };
  await writeFile(certificateFile('ca'), ca.cert);
  const server = await issue(ca, { commonName: 'kube-apiserver' }, true);
  await writeFile(certificateFile('apiserver'), server.cert);
  await writeFile(keyFile('apiserver'), server.private);
  for (const [name, subject] of Object.entries(clients)) {
    const client = await issue(ca, subject, false);
    await writeFile(certificateFile(name), client.cert);
    await writeFile(keyFile(name), client.private);
    await writeFile(join(runFolder, `${name}.kubeconfig`), kubeconfig(ca.cert, client), {
      mode: 0o600,
    });
  }
  const signer = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(keyFile('service-account'), signer.privateKey, { mode: 0o600 });
  await writeFile(join(runFolder, 'service-account.pub'), signer.publicKey);
}

const algorithm = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

function issue(ca: { readonly cert: string; readonly key: string }, subject: Subject, server: boolean) {
  const names = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${clusterDomain}`,
  ];
  return generate(
    [
      { name: 'commonName', value: subject.commonName },
      ...(subject.organization === undefined ? [] : [{ name: 'organizationName', value: subject.organization }]),
    ],
    {
      ...algorithm,
      ca,
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true },
        { name: 'extKeyUsage', clientAuth: true, ...(server ? { serverAuth: true } : {}) },
        {
          name: 'subjectAltName',
          altNames: server
            ? [
                ...names.map((value) => ({ type: 2 as const, value })),
                ...['127.0.0.1', nodeAddress, apiServiceAddress].map((ip) => ({ type: 7 as const, ip })),
              ]
            : [{ type: 2, value: subject.commonName.replaceAll(':', '-') }],
        },
      ],
    },
  );
}

function kubeconfig(authority: string, client: { readonly cert: string; readonly private: string }): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'alpine-resolver-test',
        cluster: { server: apiServerUrl, 'certificate-authority-data': base64(authority) },
      },
    ],
    users: [
      {
        name: 'user',
        user: {
          'client-certificate-data': base64(client.cert),
          'client-key-data': base64(client.private),
        },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'alpine-resolver-test', user: 'user' } }],
    'current-context': 'test',
  });
}
