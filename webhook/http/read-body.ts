/** Reads request bodies within a bound on all of them together. */
import type { RequestHandler } from 'express';
import { BadRequest } from '../review/bad-request.ts';
import { valueCounter } from './json-values.ts';

/**
 * Puts the body into `request.body` as an `ArrivedBody`. All bodies together are bounded, because every pod of the cluster
 * can reach the port. What has arrived counts, not what a header promises; and when there is no room left, the body that
 * has been on its way the longest gives way: a review of the API server arrives within milliseconds.
 */
export function readBody({ maxBytes, maxTotalBytes, maxValues }: BodyLimits): RequestHandler {
  /** What ends a body that is on its way; oldest first. */
  const onTheirWay = new Set<(refusal?: BadRequest) => void>();
  let heldBytes = 0;
  return (request, response, next) => {
    const chunks: Buffer[] = [];
    const countValues = valueCounter();
    let bytes = 0;
    let values = 0;
    const drop = (): void => {
      heldBytes -= bytes;
      bytes = 0;
      chunks.length = 0;
    };
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      heldBytes += chunk.length;
      values += countValues(chunk);
      if (bytes > maxBytes || values > maxValues) return end(tooLarge());
      for (const endOldest of onTheirWay) {
        if (heldBytes <= maxTotalBytes) return undefined;
        endOldest(tooMany());
      }
      return undefined;
    };
    const end = (refusal?: BadRequest): void => {
      if (!onTheirWay.delete(end)) return;
      request.off('data', take);
      if (!refusal) {
        const text = (): string => {
          const whole = Buffer.concat(chunks).toString();
          drop();
          return whole;
        };
        request.body = { bytes, values, text } satisfies ArrivedBody;
        return next();
      }
      drop();
      request.resume();
      return next(refusal);
    };
    if (Number(request.headers['content-length']) > maxBytes) throw tooLarge();
    onTheirWay.add(end);
    response.once('close', drop);
    request.on('data', take);
    request.once('end', () => end());
    request.once('close', () => {
      // Of each request, also of one that has arrived whole.
      if (onTheirWay.has(end)) end(new BadRequest(400, 'the request ended early'));
    });
  };
}

export interface BodyLimits {
  /** Of one body. */
  readonly maxBytes: number;
  /** Of all bodies that are not taken as text yet. */
  readonly maxTotalBytes: number;
  /** Of one body: what JSON counts as value, with containers. */
  readonly maxValues: number;
}

export interface ArrivedBody {
  readonly bytes: number;
  readonly values: number;
  /** Callers call it once: it gives up what was read. */
  text(): string;
}

function tooLarge(): BadRequest {
  return new BadRequest(413, 'the body is too large');
}

function tooMany(): BadRequest {
  return new BadRequest(429, 'too many large requests at once');
}
