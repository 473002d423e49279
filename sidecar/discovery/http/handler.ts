/**
 * Performs what `respond` decides: one change after the other, each in the state file before it is in force and told. What went
 * with a container leaves the file in its turn.
 */
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
  /** As the state file has it. */
  let kept = textOf(store.current.overrides);

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
      await keep(wanted.services);
    } catch (error) {
      options.notKept(error as Error);
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      return refusal('not-kept', `the state file could not be written (${why}); nothing was changed`);
    }
    // Containers may have come and gone meanwhile.
    const fault = store.change((services) => applyEdit(services, edit));
    if (fault === undefined) return response;
    await keepCurrent();
    return faultResponse(fault, idOf(edit));
  }

  async function keep(services: Services): Promise<void> {
    await options.keep(services);
    kept = textOf(services.overrides);
  }

  /** Where it fails the next change writes all of it, and the first synchronisation behind a restart finds what is gone. */
  async function keepCurrent(): Promise<void> {
    try {
      await keep(store.current);
    } catch (error) {
      options.notKept(error as Error);
    }
  }

  function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = before.then(run);
    before = turn.catch(() => undefined);
    return turn;
  }

  store.watch((services, earlier) => {
    if (services.overrides === earlier.overrides) return;
    // What a request has changed is in the file by then.
    void inTurn(async () => (textOf(store.current.overrides) === kept ? undefined : await keepCurrent()));
  });

  return (request, route) => {
    if (request.method === 'GET' || request.method === 'HEAD') return handle(request, route);
    return inTurn(() => handle(request, route));
  };
}

function textOf(overrides: Services['overrides']): string {
  return JSON.stringify([...overrides]);
}

function idOf(edit: Edit): string {
  return 'id' in edit ? edit.id : '';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
