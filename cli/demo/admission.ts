/** What the API server does when a pod is created: an AdmissionReview over TLS, the patch applied to the pod. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { skipReasons } from '../../shared/report/reasons.ts';
import { applyPatch, type Operation } from '../../webhook/injection/patch/apply-patch.ts';
import { objectAt, stringAt, stringsAt, valueAt, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';

export interface Admission {
  /** Undefined: the pod is not changed. */
  readonly pod: JsonObject | undefined;
  /** Why it is not: a reason code and its sentence, or the message of a refusal. */
  readonly reason: string;
  readonly isRefused: boolean;
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
}

export async function admitPod(port: number, namespace: string, pod: JsonObject): Promise<Admission> {
  const startMs = performance.now();
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: randomUUID(),
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      operation: 'CREATE',
      namespace,
      object: pod,
    },
  };
  const body = JSON.parse(await post(port, JSON.stringify(review))) as Json;
  const response = objectAt(body, 'response');
  const elapsedMs = performance.now() - startMs;
  const warnings = stringsAt(response, 'warnings');
  const code = stringAt(response, 'auditAnnotations', 'reason') ?? '';
  if (response['allowed'] !== true) {
    const reason = stringAt(response, 'status', 'message') ?? code;
    return { pod: undefined, reason, isRefused: true, warnings, elapsedMs };
  }
  const encoded = valueAt(response, 'patch');
  if (typeof encoded !== 'string') {
    const sentence = (skipReasons as Readonly<Record<string, string>>)[code];
    const reason = sentence === undefined ? code : `${code}: ${sentence}`;
    return { pod: undefined, reason, isRefused: false, warnings, elapsedMs };
  }
  const patch = JSON.parse(Buffer.from(encoded, 'base64').toString()) as Operation[];
  const applied = applyPatch(pod, patch);
  if (!applied.applies) throw new Error(`the webhook's patch does not apply: ${applied.problem}`);
  return { pod: applied.value, reason: code, isRefused: false, warnings, elapsedMs };
}

function post(port: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path: '/mutate',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        // Self-signed at start; an API server gets the CA by `caBundle`, which needs a cluster.
        rejectUnauthorized: false,
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(text)
            : reject(new Error(`the webhook answers ${response.statusCode}: ${text}`)),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
