/** Parses admission reviews and builds their responses. */
import type { Injection } from '../injection/inject.ts';
import { isObject, objectAt, stringAt, valueAt, type Json, type JsonObject } from '../kubernetes/json.ts';

/**
 * AdmissionReview v1, both ways. The hard rules are those of kubernetes apiserver
 * pkg/admission/plugin/webhook/request/admissionreview.go.
 */
export function parseReview(body: unknown): ParsedReview {
  const review = body as Json | undefined;
  if (!isObject(review)) return problem('the body is not a JSON object');
  if (review['kind'] !== 'AdmissionReview' || review['apiVersion'] !== apiVersion)
    return problem(`the body is not an AdmissionReview of ${apiVersion}`);
  const request = valueAt(review, 'request');
  if (!isObject(request)) return problem('the review has no request');
  const uid = stringAt(request, 'uid');
  if (uid === undefined || uid === '') return problem('the request has no uid');
  const object = valueAt(request, 'object');
  return {
    ok: true,
    review: {
      uid,
      namespace: stringAt(request, 'namespace') ?? stringAt(object, 'metadata', 'namespace') ?? '',
      dryRun: valueAt(request, 'dryRun') === true,
      pod: isPodCreation(request) && isObject(object) ? object : undefined,
    },
  };
}

const apiVersion = 'admission.k8s.io/v1';

export type ParsedReview =
  | { readonly ok: true; readonly review: Review }
  | { readonly ok: false; readonly problem: string };

export interface Review {
  readonly uid: string;
  /** From the request: the pod's own metadata may lack it. */
  readonly namespace: string;
  readonly dryRun: boolean;
  /** undefined: the request is not the creation of a pod. */
  readonly pod: JsonObject | undefined;
}

function problem(text: string): ParsedReview {
  return { ok: false, problem: text };
}

function isPodCreation(request: JsonObject): boolean {
  const resource = objectAt(request, 'resource');
  return (
    resource['group'] === '' &&
    resource['version'] === 'v1' &&
    resource['resource'] === 'pods' &&
    (stringAt(request, 'subResource') ?? '') === '' &&
    request['operation'] === 'CREATE'
  );
}

/** The answer to a review. Patch and patchType stand together or not at all. */
export function reviewResponse(uid: string, injection: Injection): JsonObject {
  const warnings = injection.warnings.map(({ message }) => headerText(message));
  return {
    apiVersion,
    kind: 'AdmissionReview',
    response: {
      uid,
      ...verdictOf(injection),
      ...(warnings.length > 0 && { warnings }),
      // The API server stores it under `<name of the webhook>/reason`.
      auditAnnotations: { reason: injection.reason },
    },
  };
}

function verdictOf(injection: Injection): JsonObject {
  switch (injection.verdict) {
    case 'inject':
      return {
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(injection.patch)).toString('base64'),
      };
    case 'skip':
      return { allowed: true };
    case 'refuse':
      return { allowed: false, status: { code: 422, reason: 'Invalid', message: injection.message } };
  }
}

/** Longer ones may be cut by the API server once their sum exceeds 4096 characters (admission/v1 types.go). */
const maxWarningLength = 256;

/** Warnings travel in an HTTP header: one line of bounded length. */
function headerText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return line.length > maxWarningLength ? `${line.slice(0, maxWarningLength - 1)}…` : line;
}
