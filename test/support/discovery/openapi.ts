/** The published description of the HTTP API, and whether a response holds what it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly $ref?: string;
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Media>>;
}

export const openApi = parse(
  readFileSync(join(import.meta.dirname, '../../../docs/schemas/http-api-v1.openapi.yaml'), 'utf8'),
) as OpenApi;

/** What a `$ref` stands for; throws where it stands for nothing. */
export function resolved(ref: string): unknown {
  let place: unknown = openApi;
  for (const key of ref.replace(/^#\//, '').split('/'))
    place = (place as Record<string, unknown>)[key.replaceAll('~1', '/')];
  if (place === undefined) throw new Error(`${ref} stands for nothing`);
  return place;
}

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
// Members of OpenAPI that are none of JSON Schema are passed over.
ajv.addVocabulary(['info', 'summary', 'servers', 'security', 'paths', 'components', 'openapi']);
ajv.addSchema({ ...openApi, $id: 'openapi' });

const compiled = new Map<string, ValidateFunction>();

/** Of a schema by its place in the document, such as `#/components/schemas/Service`. */
export function validatorOf(place: string): ValidateFunction {
  const known = compiled.get(place) ?? ajv.compile({ $ref: `openapi${place}` });
  compiled.set(place, known);
  return known;
}

/** What a response has otherwise than the description says. */
export function responseFaults(
  method: string,
  path: string,
  response: { status: number; type: string; text: string },
): string[] {
  const template = path.split('?')[0]?.replace(/^\/services\/[^/]+\/?$/, '/services/{id}') ?? '';
  const found = openApi.paths[template]?.[method.toLowerCase()];
  // Of what there is not, and of wrong methods, there is one description for all.
  const name = found?.responses[String(response.status)] === undefined ? 'default' : String(response.status);
  if (name === 'default' && response.status < 400) return [`${method} ${path}: ${response.status} is not described`];
  const place = found === undefined ? '/components/responses/Refused' : placeOf(template, method, name);
  const { content = {} } = resolved(`#${place}`) as Media;
  const types = Object.keys(content);
  const [type = ''] = response.type.split(';');
  if (types.length === 0) return response.text === '' ? [] : [`${method} ${path}: a body that is not described`];
  if (!types.includes(type)) return [`${method} ${path}: ${type} is not described`];
  if (type !== 'application/json') return [];
  const validate = validatorOf(`#${place}/content/application~1json/schema`);
  if (validate(JSON.parse(response.text))) return [];
  return (validate.errors ?? []).map((one) => `${method} ${path} ${one.instancePath} ${one.message}`);
}

function placeOf(template: string, method: string, name: string): string {
  const own = `/paths/${template.replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${name}`;
  const { $ref } = openApi.paths[template]?.[method.toLowerCase()]?.responses[name] ?? {};
  return $ref?.replace(/^#/, '') ?? own;
}
