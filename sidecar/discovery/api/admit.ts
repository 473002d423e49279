/**
 * Who may talk to the HTTP API, in this order: the name in `Host` is one of ours (no page of another name can be made to
 * reach it), no other site's page asks, the token is right.
 */
import { parseIpAddress } from '../../../shared/values/ip-address.ts';
import { shownText } from '../../../shared/values/shown-text.ts';
import { refusal, type ApiResponse, type RequestHead } from './message.ts';
import { methodRefusal, routeOf, type Route } from './routes.ts';

export interface AdmissionRules {
  /** Names under which the API is reached, in lower case; addresses and `localhost` always are. */
  readonly hosts: readonly string[];
  /** Compares in constant time. */
  isToken(text: string): boolean;
}

export type Admitted = { readonly route: Route } | { readonly refused: ApiResponse };

/** By the head alone: nothing of the body is read for whoever is refused here. */
export function admitRequest(sent: RequestHead, rules: AdmissionRules): Admitted {
  const head = inOriginForm(sent);
  const host = misdirected(head, rules);
  if (host !== undefined) return { refused: host };
  const route = routeOf(head);
  const stranger = route?.to === 'page' ? undefined : (crossSite(head) ?? withoutToken(head, rules));
  if (stranger !== undefined) return { refused: stranger };
  if (route === undefined) return { refused: refusal('not-found', notFoundText) };
  const refused = methodRefusal(route, head.method);
  return refused === undefined ? { route } : { refused };
}

/** RFC 9112 §3.2.2: of a target that is a whole URL its own authority counts, and not `Host`. */
function inOriginForm(head: RequestHead): RequestHead {
  const [, host, target = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(head.target) ?? [];
  if (host === undefined) return head;
  return { ...head, target: target.startsWith('/') ? target : `/${target}`, headers: { ...head.headers, host } };
}

const notFoundText = 'there is nothing here; there are /services, /services/{id}, /set/ttl, /events and /lookup';

/** The longest text of a request that an answer repeats. */
const maxShown = 100;

/** DNS rebinding: a page that was loaded from `evil.test` has that name in `Host`, whatever address it now leads to. */
function misdirected({ headers: { host = '' } }: RequestHead, { hosts }: AdmissionRules): ApiResponse | undefined {
  const name = hostName(host);
  if (name !== undefined && (isAddress(name) || name === 'localhost' || hosts.includes(name))) return undefined;
  const shown = shownText(host, maxShown);
  return refusal('misdirected', `${shown} is no name of this listener; RESOLVER_API_HOSTS names those that are`);
}

/** Without port and final dot, in lower case. */
function hostName(host: string): string | undefined {
  const [, name] = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(host) ?? [];
  return name?.toLowerCase().replace(/\.$/, '');
}

function isAddress(name: string): boolean {
  return parseIpAddress(name.replace(/^\[(.*)\]$/, '$1')) !== undefined;
}

/** What browsers say of who asks. Other programs say nothing of the kind. */
function crossSite({ headers }: RequestHead): ApiResponse | undefined {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  const isSame = origin === undefined || origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase();
  if (isSame && (site === undefined || site === 'same-origin' || site === 'none')) return undefined;
  return refusal('cross-site', 'no page of another site may ask here');
}

function withoutToken({ headers: { authorization } }: RequestHead, rules: AdmissionRules): ApiResponse | undefined {
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (token !== undefined && rules.isToken(token)) return undefined;
  const why = authorization === undefined ? 'a token is needed' : 'the token is not the right one';
  const challenge = { 'www-authenticate': 'Bearer realm="alpine-resolver"' };
  return refusal('token-needed', `${why}: Authorization: Bearer …`, { headers: challenge });
}
