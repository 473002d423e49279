/** `If-Match` and `If-None-Match` (RFC 9110 §13): nobody overwrites what somebody else has changed meanwhile. */
import { refusal, type ApiResponse, type RequestHead } from './message.ts';

export interface Conditions {
  /** Of what is there now; undefined: there is nothing. */
  readonly tag: string | undefined;
  /** Whether a change of what is there needs an `If-Match`. */
  readonly isNeeded: boolean;
}

/** Undefined: it may go on. */
export function conditionRefusal(
  { method, headers }: Pick<RequestHead, 'method' | 'headers'>,
  { tag, isNeeded }: Conditions,
): ApiResponse | undefined {
  const isReading = method === 'GET' || method === 'HEAD';
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match !== undefined && !isAmong(match, tag))
    return refusal('changed', 'it is not, or no longer, what If-Match names; read it again');
  if (noneMatch !== undefined && isAmong(noneMatch, tag)) {
    if (isReading) return { status: 304, headers: tag === undefined ? {} : { etag: tag }, body: '' };
    return refusal('changed', 'it is there already, and If-None-Match does not want that');
  }
  if (isReading || !isNeeded || match !== undefined || tag === undefined) return undefined;
  return refusal(
    'if-match-needed',
    'RESOLVER_API_IF_MATCH is `required`: send If-Match with the ETag of what you read',
  );
}

/** A weak tag is never the one of a whole body, and ours are none. */
function isAmong(header: string, tag: string | undefined): boolean {
  if (tag === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim() === tag);
}
