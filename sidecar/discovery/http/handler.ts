/** Performs what `respond` decides: one change after the other, each in the state file before it is in force and told. */
import { createHash } from 'node:crypto';
import type { Services } from '../services/services.ts';
import type { ServicesStore } from '../services/store.ts';
import { applyEdit, type Edit } from '../api/edit.ts';
import { refusal, type ApiRequest, type ApiResponse } from '../api/message.ts';
import { faultResponse, respond, type ServiceRoute } from '../api/respond.ts';
import type { NamesOf, ServiceTexts } from '../api/service-answer.ts';

export interface HandlerOptions {
  readonly store: ServicesStore;
  readonly namesOf: NamesOf;
  readonly needsIfMatch: boolean;
  /** Of the wall clock, in milliseconds. */
  readonly nowMs: () => number;
  /** Settled when they are in the state file. */
  keep(services: Services): Promise<void>;
  notKept(error: Error): void;
}

export type Handler = (request: ApiRequest, route: ServiceRoute) => Promise<ApiResponse>;

export function createHandler(options: HandlerOptions): Handler {
  const { store, namesOf, needsIfMatch, nowMs } = options;
  const texts: ServiceTexts = new WeakMap();
  let before: Promise<unknown> = Promise.resolve();

  async function handle(request: ApiRequest, route: ServiceRoute): Promise<ApiResponse> {
    const services = store.current;
    const { response, edit } = respond(request, route, {
      ...{ services, namesOf, needsIfMatch, digest, texts, nowMs: nowMs() },
    });
    return edit === undefined ? response : await perform(edit, response);
  }

  async function perform(edit: Edit, response: ApiResponse): Promise<ApiResponse> {
    const wanted = applyEdit(store.current, edit);
    if (!wanted.ok) return faultResponse(wanted.fault, idOf(edit));
    try {
      await options.keep(wanted.services);
    } catch (error) {
      options.notKept(error as Error);
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      return refusal('not-kept', `the state file could not be written (${why}); nothing was changed`);
    }
    // Containers may have come and gone meanwhile.
    const fault = store.change((services) => applyEdit(services, edit));
    return fault === undefined ? response : faultResponse(fault, idOf(edit));
  }

  return (request, route) => {
    if (request.method === 'GET' || request.method === 'HEAD') return handle(request, route);
    const turn = before.then(() => handle(request, route));
    before = turn.catch(() => undefined);
    return turn;
  };
}

function idOf(edit: Edit): string {
  return 'id' in edit ? edit.id : '';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
