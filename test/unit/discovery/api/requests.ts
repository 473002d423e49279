/** Services and requests for the tables of the HTTP API. */
import { createHash } from 'node:crypto';
import { respond, type Responded } from '../../../../sidecar/discovery/api/respond.ts';
import type { ServiceTexts } from '../../../../sidecar/discovery/api/service-answer.ts';
import { applyEdit } from '../../../../sidecar/discovery/api/edit.ts';
import { routeOf } from '../../../../sidecar/discovery/api/routes.ts';
import { serviceOf } from '../../../../sidecar/discovery/services/service.ts';
import {
  discover,
  emptyServices,
  patch,
  putManual,
  type Changed,
  type Services,
} from '../../../../sidecar/discovery/services/services.ts';

/** Two containers whose ids begin alike, and an entry made by hand. */
export const web = `ab12${'0'.repeat(60)}`;
export const database = `ab13${'0'.repeat(60)}`;

export function someServices(): Services {
  const network = { name: 'bridge', subnets: ['172.17.0.0/16'], gateways: [], aliases: [] };
  const containers = [
    { id: web, name: 'web', image: 'nginx', container: 'web', networks: [{ ...network, addresses: ['172.17.0.2'] }] },
    {
      id: database,
      name: 'db',
      image: 'postgres',
      container: 'db',
      networks: [{ ...network, addresses: ['172.17.0.3'] }],
    },
  ].map((parts) => serviceOf({ ...parts, source: 'container', startedMs: 1000 }));
  const found = containers.reduce(discover, emptyServices());
  return done(putManual(found, 'printer', { name: 'printer', image: 'office', addresses: ['10.0.0.9'] }, 2000));
}

/** With something said by hand of the container `web`. */
export function withOverride(): Services {
  return done(patch(someServices(), web, { ttlSeconds: 5, name: 'shop' }));
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly needsIfMatch?: boolean;
}

/** As of one program. */
const texts: ServiceTexts = new WeakMap();

/** What one request does, and the services behind it. */
export function send(
  services: Services,
  request: string,
  body?: unknown,
  { headers = {}, needsIfMatch = false }: Sent = {},
) {
  const [method = '', target = ''] = request.split(' ');
  const route = routeOf({ target });
  if (route === undefined || route.to === 'page' || route.to === 'events' || route.to === 'lookup')
    throw new Error(`${target} is no service`);
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(textOf(body));
  const responded = respond({ method, target, headers, body: bytes }, route, {
    ...{ services, needsIfMatch, texts, nowMs: 3000 },
    digest: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 22),
    namesOf: ({ name }) => [{ Name: `${name}.docker`, From: 'container' }],
  });
  return { ...told(responded), services: after(services, responded) };
}

export function done(changed: Changed): Services {
  if (!changed.ok) throw new Error(changed.fault.code);
  return changed.services;
}

function textOf(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function told({ response: { status, headers, body } }: Responded) {
  return { status, headers, json: body === '' ? undefined : (JSON.parse(body) as Record<string, unknown>) };
}

function after(services: Services, { edit }: Responded): Services {
  return edit === undefined ? services : done(applyEdit(services, edit));
}
