/** What is asked of Docker's API, and what may come of it: the seam between what follows containers and its sockets. */
import type { Json } from './json.ts';

export interface DockerApi {
  /**
   * Rejects with {@link DockerStatusError} where the API answers with an error, with {@link DockerAnswerError} where what it answers
   * is of no use, and with any other where it is not there.
   */
  get(path: DockerPath): Promise<Json>;
  /** Resolves when the stream has begun: `event` is called for all that happens from then on. `ended` is called once, unless it is closed before. */
  events(handlers: EventHandlers): Promise<{ close(): void }>;
}

/** All that is ever sent beside the question for events, with GET: a proxy in front of the socket needs to let nothing else pass. */
export type DockerPath = '/containers/json' | '/networks' | `/containers/${string}/json`;

export interface EventHandlers {
  event(event: Json): void;
  ended(error: Error): void;
}

export class DockerStatusError extends Error {
  readonly code = 'DOCKER_STATUS';
  readonly status: number;

  constructor(path: string, status: number, message: string) {
    super(`${path}: ${status} ${message}`);
    this.status = status;
  }
}

/** It came too late, was too large, or is no JSON. */
export class DockerAnswerError extends Error {
  readonly code = 'DOCKER_ANSWER';
}
