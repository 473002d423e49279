/**
 * `GET /events`: that the services have changed, as text/event-stream. What they are now is read by `GET /services`: a
 * reader that is slow misses none of it.
 */
import type { ServerResponse } from 'node:http';
import type { ServicesStore } from '../services/store.ts';

export interface EventStreams {
  /** False: there are as many as there may be. */
  open(response: ServerResponse): boolean;
  close(): void;
}

export interface EventStreamsOptions {
  readonly store: ServicesStore;
  /** Calls `run` once, after so many milliseconds, unless what it returns is called before. */
  setTimer(run: () => void, delayMs: number): () => void;
}

export const maxStreams = 16;

/** Many changes in a row are one. */
const quietMs = 200;

/** Says that the stream is alive where nothing changes. Proxies close what is silent for a minute. */
const heartbeatMs = 15_000;

/** Whoever has not read so much gets no more. */
const maxUnreadBytes = 16 * 1024;

export function createEventStreams({ store, setTimer }: EventStreamsOptions): EventStreams {
  const streams = new Set<ServerResponse>();
  let cancelSend: (() => void) | undefined;
  let cancelHeartbeat = (): void => undefined;

  const state = (): string => `event: services\ndata: ${JSON.stringify({ Generation: store.current.generation })}\n\n`;

  function send(text: string): void {
    for (const stream of streams) {
      if (stream.writableLength > maxUnreadBytes) stream.destroy();
      else stream.write(text);
    }
  }

  function beat(): void {
    send(': alive\n\n');
    cancelHeartbeat = setTimer(beat, heartbeatMs);
  }

  const unsubscribe = store.watch(() => {
    cancelSend ??= setTimer(() => {
      cancelSend = undefined;
      send(state());
    }, quietMs);
  });
  cancelHeartbeat = setTimer(beat, heartbeatMs);

  return {
    open(response) {
      if (streams.size >= maxStreams) return false;
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(state());
      return true;
    },
    close() {
      unsubscribe();
      cancelSend?.();
      cancelHeartbeat();
      for (const stream of streams) stream.destroy();
    },
  };
}
