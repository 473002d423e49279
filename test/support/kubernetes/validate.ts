/** Objects against the schemas of the API server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { stringAt, type JsonObject } from '../../../webhook/kubernetes/json.ts';

/** Data of Kubernetes 1.34, written by update.ts. */
export function readKubernetesData(name: 'schemas' | 'restricted-pods'): Record<string, JsonObject> {
  const bytes = gunzipSync(readFileSync(join(import.meta.dirname, `${name}.json.gz`)));
  return JSON.parse(bytes.toString()) as Record<string, JsonObject>;
}

/** Types that JSON writes in more ways than the schemas say. */
const laxTypes: Record<string, JsonObject> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: ['string', 'null'] },
};

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: 'kubernetes', definitions: { ...readKubernetesData('schemas'), ...laxTypes } });

const groups: Record<string, string> = {
  v1: 'io.k8s.api.core.v1',
  'apps/v1': 'io.k8s.api.apps.v1',
  'rbac.authorization.k8s.io/v1': 'io.k8s.api.rbac.v1',
  'policy/v1': 'io.k8s.api.policy.v1',
  'networking.k8s.io/v1': 'io.k8s.api.networking.v1',
  'admissionregistration.k8s.io/v1': 'io.k8s.api.admissionregistration.v1',
};

/** What the schema of its kind says against an object, one line per fault. */
export function schemaFaults(object: JsonObject): string[] {
  const [apiVersion = '', kind = ''] = [stringAt(object, 'apiVersion'), stringAt(object, 'kind')];
  const validate = ajv.getSchema(`kubernetes#/definitions/${groups[apiVersion]}.${kind}`);
  if (!validate) return [`${apiVersion} ${kind} is not known`];
  if (validate(object) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
