/** The body of a request as JSON, or why it is none. */
import { shownText } from '../../../shared/values/shown-text.ts';
import { refusal, type ApiRequest, type ApiResponse } from './message.ts';

/** Bytes of a body. */
export const maxBodyBytes = 64 * 1024;

export type ReadJson = { readonly value: unknown } | { readonly refused: ApiResponse };

export function readJson({ headers, body }: ApiRequest): ReadJson {
  const type = typeRefusal(headers);
  if (type !== undefined) return { refused: type };
  try {
    // RFC 8259 §8.1: a parser may pass over a byte order mark; TextDecoder does.
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch (error) {
    const why = body.length === 0 ? 'it is empty' : shownText((error as Error).message, 200);
    return { refused: refusal('bad-json', `the body is no JSON: ${why}`) };
  }
}

export const tooLarge = refusal('too-large', `a body may have ${maxBodyBytes} bytes`);

/** `curl --data`, which the pages of dnsdock show, sends JSON under the name of a form. */
const acceptedTypes = ['application/json', 'application/merge-patch+json', 'application/x-www-form-urlencoded'];

function typeRefusal(headers: ApiRequest['headers']): ApiResponse | undefined {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const encoding = headers['content-encoding'] ?? 'identity';
  const isUtf8 = parameters.every(
    (parameter) => !/^\s*charset=/.test(parameter) || /=\s*"?utf-8"?\s*$/.test(parameter),
  );
  if ((type === '' || acceptedTypes.includes(type.trim())) && isUtf8 && encoding === 'identity') return undefined;
  const accept = { accept: 'application/json', 'accept-patch': 'application/json, application/merge-patch+json' };
  return refusal('unsupported-type', 'a body is JSON (application/json) in UTF-8, not compressed', { headers: accept });
}
