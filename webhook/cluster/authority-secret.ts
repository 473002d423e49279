/** Stores the shared CA in a Secret. */
import type { V1Secret } from '@kubernetes/client-node';
import { annotations, projectName } from '../../shared/values/names.ts';
import { readCertificate, type Certificate } from '../certificates/certificate.ts';
import type { AuthoritySecret, StoredAuthority } from '../certificates/stores.ts';
import { unlessRefused, type ClusterClient } from './client.ts';

export function authoritySecret({ core }: ClusterClient, name: string, namespace: string): AuthoritySecret<V1Secret> {
  return {
    async read() {
      const secret = await unlessRefused(core.readNamespacedSecret({ name, namespace }), 404);
      return secret && readStored(secret);
    },
    async create(authority) {
      const body: V1Secret = {
        metadata: { name, namespace, labels: { 'app.kubernetes.io/name': projectName } },
        type: secretType,
        data: dataOf(authority, ''),
      };
      return (await unlessRefused(core.createNamespacedSecret({ namespace, body }), 409)) !== undefined;
    },
    async replace({ kept: secret, requested }, authority) {
      // The resourceVersion inside makes the API server refuse the change when somebody else was first.
      const { metadata = {}, type = secretType, data } = secret;
      const body: V1Secret = { metadata, type, data: { ...data, ...dataOf(authority, requested) } };
      return (await unlessRefused(core.replaceNamespacedSecret({ name, namespace, body }), 404, 409)) !== undefined;
    },
  };
}

const secretType = 'kubernetes.io/tls';

/** Beside the pair: for which value of the annotation it was made. */
const rotationKey = 'rotation';

function dataOf({ chain, key }: Certificate, rotation: string): Record<string, string> {
  return { 'tls.crt': encode(chain), 'tls.key': encode(key), [rotationKey]: encode(rotation) };
}

function readStored(secret: V1Secret): StoredAuthority<V1Secret> {
  const text = (key: string): string => Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
  return {
    authority: readPair(text('tls.crt'), text('tls.key')),
    requested: secret.metadata?.annotations?.[annotations.rotate] ?? '',
    rotation: text(rotationKey),
    kept: secret,
  };
}

/** A CA that selfsigned cannot sign with, or that is none, is replaced. */
function readPair(chain: string, key: string): Certificate | undefined {
  try {
    const certificate = readCertificate(chain, key);
    return certificate.isAuthority && certificate.isElliptic ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
