/** What the paths of the HTTP API stand for, and which methods each has. */
import { refusal, type ApiResponse, type RequestHead } from './message.ts';

export type Route =
  | { readonly to: 'services' }
  | { readonly to: 'service'; readonly id: string }
  | { readonly to: 'ttl' }
  | { readonly to: 'events' }
  | { readonly to: 'lookup'; readonly query: URLSearchParams }
  /** A part of the web page: it holds no data, and needs no token. */
  | { readonly to: 'page'; readonly path: PagePath };

export const pagePaths = ['/', '/page.css', '/page.js', '/icon.svg'] as const;
export type PagePath = (typeof pagePaths)[number];

/** A HEAD is answered as the GET would be, without the body. */
export const methods: Readonly<Record<Route['to'], readonly string[]>> = {
  services: ['GET', 'HEAD'],
  service: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
  ttl: ['GET', 'HEAD', 'PUT'],
  events: ['GET'],
  lookup: ['GET', 'HEAD'],
  page: ['GET', 'HEAD'],
};

/** The route of a path; undefined: there is nothing. A final slash does not count. */
export function routeOf({ target }: Pick<RequestHead, 'target'>): Route | undefined {
  const [path = '', query = ''] = target.split('?', 2);
  const page = pagePaths.find((one) => one === path);
  if (page !== undefined) return { to: 'page', path: page };
  const plain = path.replace(/\/$/, '');
  const [, segment] = /^\/services\/([^/]+)$/.exec(plain) ?? [];
  if (segment !== undefined) return serviceRoute(segment);
  const to = plainPaths.get(plain);
  return to === 'lookup' ? { to, query: new URLSearchParams(query) } : to && { to };
}

const plainPaths: ReadonlyMap<string, 'services' | 'ttl' | 'events' | 'lookup'> = new Map([
  ['/services', 'services'],
  ['/set/ttl', 'ttl'],
  ['/events', 'events'],
  ['/lookup', 'lookup'],
]);

/** Undefined: the route has this method. */
export function methodRefusal({ to }: Route, method: string): ApiResponse | undefined {
  const allowed = methods[to];
  if (allowed.includes(method)) return undefined;
  const allow = allowed.join(', ');
  return refusal('method-not-allowed', `there is no ${method} here; there is ${allow}`, { headers: { allow } });
}

function serviceRoute(segment: string): Route | undefined {
  try {
    const id = decodeURIComponent(segment);
    return { to: 'service', id };
  } catch {
    return undefined;
  }
}
