/** What the API server wrote down: who called, and which webhooks it called itself. */
import { readFile } from 'node:fs/promises';
import { auditLog } from '../machine/parts.ts';

export interface AuditEntry {
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: {
    readonly code: number;
    readonly details?: { readonly causes?: readonly { readonly reason: string }[] };
  };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly responseObject?: { readonly metadata?: { readonly name?: string } };
}

/** The log's last line may be half written. */
export async function readAudit(): Promise<AuditEntry[]> {
  const text = await readFile(auditLog, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEntry);
}

/** How often our webhook was called for the creation of each pod in a namespace, by the pod's name. */
export async function callsFor(namespace: string): Promise<ReadonlyMap<string, number>> {
  const calls = new Map<string, number>();
  for (const { verb, objectRef, responseStatus, responseObject, annotations = {} } of await readAudit()) {
    const isCreation = verb === 'create' && objectRef?.resource === 'pods' && objectRef.subresource === undefined;
    if (!isCreation || objectRef.namespace !== namespace || responseStatus?.code !== 201) continue;
    const rounds = Object.entries(annotations).filter(
      ([key, value]) =>
        key.startsWith('mutation.webhook.admission.k8s.io/round_') &&
        value.includes('"webhook":"inject.alpine-resolver.io"'),
    );
    calls.set(objectRef.name ?? responseObject?.metadata?.name ?? '', rounds.length);
  }
  return calls;
}
