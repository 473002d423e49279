/** Requests and responses of the HTTP API as values, and what an answer that refuses says. */

export interface RequestHead {
  readonly method: string;
  /** As it was sent: path and query. */
  readonly target: string;
  /** Names in lower case; several of one name as Node.js joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface ApiRequest extends RequestHead {
  readonly body: Uint8Array;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What of a request was wrong: a member of its body, or all of it. */
export interface Fault {
  /** `IPs[1]`, `Name`; missing where the body as a whole is meant. */
  readonly member?: string;
  readonly message: string;
}

export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return textResponse(status, JSON.stringify(value), headers);
}

/** `json`: the body, as it has been written already. */
export function textResponse(
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${json}\n` };
}

/** Every answer that refuses has one form; the code is for programs, the message for people. */
export function refusal(
  code: ApiErrorCode,
  message: string,
  { faults, headers }: { readonly faults?: readonly Fault[]; readonly headers?: Readonly<Record<string, string>> } = {},
): ApiResponse {
  return jsonResponse(apiErrors[code], { error: code, message, ...(faults && { faults }) }, headers);
}

/** Code → status (RFC 9110 §15, RFC 6585 §3, RFC 4918 §11.5). */
export const apiErrors = {
  'bad-request': 400,
  'bad-json': 400,
  'invalid-service': 400,
  'invalid-ttl': 400,
  'token-needed': 401,
  'cross-site': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'found-by-docker': 409,
  'ambiguous-id': 409,
  full: 409,
  'too-slow': 408,
  changed: 412,
  'too-large': 413,
  'unsupported-type': 415,
  misdirected: 421,
  'if-match-needed': 428,
  'headers-too-large': 431,
  fault: 500,
  'too-many-streams': 503,
  'too-many-lookups': 503,
  'not-kept': 507,
} as const;

export type ApiErrorCode = keyof typeof apiErrors;
