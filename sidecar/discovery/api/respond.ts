/**
 * One request of the HTTP API, decided: the services as they are and a request give the response and what changes. It knows
 * no socket, file or clock.
 */
import { shownText } from '../../../shared/values/shown-text.ts';
import type { ManualEntry, MemberFault, Override } from '../services/override.ts';
import { findId, isContainers, isWaiting, type Services, type ServicesFault } from '../services/services.ts';
import { applyEdit, type Edit } from './edit.ts';
import { jsonResponse, refusal, textResponse, type ApiRequest, type ApiResponse } from './message.ts';
import { conditionRefusal } from './preconditions.ts';
import { readJson } from './read-json.ts';
import { memberNameOf, readService, ttlAccepted, type ServiceChange } from './read-service.ts';
import type { Route } from './routes.ts';
import { serviceAnswer, servicesText, waitingAnswer, type NamesOf, type ServiceTexts } from './service-answer.ts';

export interface RespondOptions {
  readonly services: Services;
  readonly namesOf: NamesOf;
  /** A change of what is there needs an `If-Match`. */
  readonly needsIfMatch: boolean;
  /** Of the wall clock, in milliseconds. */
  readonly nowMs: number;
  /** Kept from request to request. */
  readonly texts: ServiceTexts;
  /** Short, and another one for every other text. */
  digest(text: string): string;
}

export interface Responded {
  readonly response: ApiResponse;
  /** What is to be changed before the response is sent; undefined: nothing. */
  readonly edit?: Edit;
}

export type ServiceRoute = Extract<Route, { to: 'services' | 'service' | 'ttl' }>;

export function respond(request: ApiRequest, route: ServiceRoute, options: RespondOptions): Responded {
  switch (route.to) {
    case 'services':
      return whole(request, servicesText(options.services, options.namesOf, options.texts), options);
    case 'ttl':
      return request.method === 'PUT' ? putTtl(request, options) : whole(request, ttlText(options.services), options);
    case 'service':
      return respondToService(request, route.id, options);
  }
}

function respondToService(request: ApiRequest, wanted: string, options: RespondOptions): Responded {
  const { services } = options;
  const found = findId(services, wanted);
  if (!found.ok && (request.method !== 'PUT' || found.fault.code !== 'unknown')) return refuse(found.fault, wanted);
  const id = found.ok ? found.id : wanted;
  const text = serviceText(services, id, options);
  if (request.method === 'GET' || request.method === 'HEAD') return whole(request, text ?? '', options);
  const refused = conditionsOf(request, text, options);
  if (refused !== undefined) return { response: refused };
  if (request.method === 'DELETE') return deleteService(id, options);
  return request.method === 'PUT' ? putService(request, id, options) : patchService(request, id, options);
}

function putService(request: ApiRequest, id: string, options: RespondOptions): Responded {
  const { services } = options;
  if (isContainers(services, id)) return refuse({ code: 'discovered' }, id);
  const read = changeOf(request, 'PUT');
  if ('refused' in read) return { response: read.refused };
  const { name = '', image = '', addresses = [], aliases, ttlSeconds } = read.change;
  const entry: ManualEntry = {
    ...{ name, image, addresses },
    ...(aliases !== undefined && { aliases }),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
  };
  return change({ do: 'put', id, entry, nowMs: options.nowMs }, id, options);
}

function patchService(request: ApiRequest, id: string, options: RespondOptions): Responded {
  const read = changeOf(request, 'PATCH');
  if ('refused' in read) return { response: read.refused };
  const said = Object.entries(read.change);
  const override = Object.fromEntries(said.filter(([, value]) => value !== undefined)) as Override;
  const takenBack = said.filter(([, value]) => value === undefined).map(([field]) => field as keyof Override);
  return change({ do: 'patch', id, override, takenBack }, id, options);
}

/** A discovered service stays for as long as its container runs; what was said of it by hand can go. */
function deleteService(id: string, { services }: RespondOptions): Responded {
  const isDiscovered = services.discovered.has(id);
  const isSaid = isDiscovered ? services.overrides.has(id) : isWaiting(services, id);
  if (isDiscovered && !isSaid) return refuse({ code: 'discovered' }, id);
  return { response: jsonResponse(200, {}), edit: { do: isSaid ? 'forget' : 'remove', id } };
}

function putTtl(request: ApiRequest, options: RespondOptions): Responded {
  const refused = conditionsOf(request, ttlText(options.services), options);
  if (refused !== undefined) return { response: refused };
  const read = readJson(request);
  if ('refused' in read) return { response: read.refused };
  const edit: Edit = { do: 'ttl', ttlSeconds: read.value as number };
  const changed = typeof read.value === 'number' ? applyEdit(options.services, edit) : undefined;
  if (!changed?.ok) return { response: refusal('invalid-ttl', `the body is ${ttlAccepted}`) };
  return { response: tagged(ttlText(changed.services), options), edit };
}

function changeOf(
  request: ApiRequest,
  method: 'PUT' | 'PATCH',
): { readonly change: ServiceChange } | { readonly refused: ApiResponse } {
  const json = readJson(request);
  if ('refused' in json) return json;
  const read = readService(json.value, method);
  if (read.ok) return read;
  const message = read.faults.map(({ member, message }) => (member === undefined ? message : `${member}: ${message}`));
  return { refused: refusal('invalid-service', message.join('; '), { faults: read.faults }) };
}

/** The response shows the service as it is after the change. */
function change(edit: Edit, id: string, options: RespondOptions): Responded {
  const changed = applyEdit(options.services, edit);
  if (!changed.ok) return refuse(changed.fault, id);
  // Of a container that does not run nothing may be said any more.
  const text = serviceText(changed.services, id, options) ?? JSON.stringify(waitingAnswer(id, {}));
  return { response: tagged(text, options), edit };
}

/** As JSON; undefined: there is none. */
function serviceText(services: Services, id: string, { namesOf }: RespondOptions): string | undefined {
  const answer = serviceAnswer(services, id, namesOf);
  return answer && JSON.stringify(answer);
}

function ttlText({ ttlSeconds }: Services): string {
  return String(ttlSeconds);
}

/** `now`: what is there, as JSON. */
function conditionsOf(request: ApiRequest, now: string | undefined, options: RespondOptions): ApiResponse | undefined {
  return conditionRefusal(request, {
    tag: now === undefined ? undefined : entityTag(now, options),
    isNeeded: options.needsIfMatch,
  });
}

function whole(request: ApiRequest, text: string, options: RespondOptions): Responded {
  return { response: conditionsOf(request, text, options) ?? tagged(text, options) };
}

function tagged(text: string, options: RespondOptions): ApiResponse {
  return textResponse(200, text, { etag: entityTag(text, options) });
}

/** RFC 9110 §8.8.3: of what it holds, so that it stays the same over restarts. */
function entityTag(text: string, { digest }: RespondOptions): string {
  return `"${digest(text)}"`;
}

function refuse(fault: ServicesFault, id: string): Responded {
  return { response: faultResponse(fault, id) };
}

/** The longest text of a request that an answer repeats: a whole id is as long. */
const maxShownId = 128;

/** Also where an edit could not be applied any more. */
export function faultResponse(fault: ServicesFault, wanted: string): ApiResponse {
  const id = shownText(wanted, maxShownId);
  switch (fault.code) {
    case 'unknown':
      return refusal('not-found', `there is no service ${id}`);
    case 'ambiguous':
      return refusal('ambiguous-id', `the ids of several containers begin with ${id}; give more of it`);
    case 'discovered':
      return refusal(
        'found-by-docker',
        `${id} is a container: PATCH changes what is said of it, DELETE takes that back, and its label com.dnsdock.ignore hides it`,
      );
    case 'full':
      return refusal(
        'full',
        fault.of === 'services'
          ? `there are ${fault.max} services made by hand already, and no more may be`
          : `names and addresses of all that is made and said by hand may have ${fault.max} characters, 16 for each one beside its own, and would have more`,
      );
    case 'bad-id':
      return refusal('bad-request', 'an id has 1 to 128 letters, digits and . _ : -, and more than dots');
    case 'bad-ttl':
      return refusal('invalid-ttl', `the body is ${ttlAccepted}`);
    case 'bad-member':
      return refusal('invalid-service', `${memberNameOf[fault.member]}: ${memberFaultText(fault)}`);
  }
}

function memberFaultText({ value, accepted }: MemberFault): string {
  return value === '' ? `there must be ${accepted}` : `${value} is not ${accepted}`;
}
