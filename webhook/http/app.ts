/** The application that answers admission reviews over HTTP. */
import { setImmediate } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import type { Log } from '../../shared/report/log.ts';
import type { WebhookMetrics } from '../../shared/report/webhook-metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { webhook } from '../../shared/values/names.ts';
import { BadRequest } from '../review/bad-request.ts';
import { heapShare } from './heap-share.ts';
import { readBody, type ArrivedBody } from './read-body.ts';
import { parseReview } from '../review/review.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { Reviewer } from '../review/reviewer.ts';

/** The application behind the TLS listener. Neither listens nor knows the environment. */
export function createApp({ reviewer, metrics, log, isDraining }: AppOptions): Express {
  const app = bareApp();
  app.use((_request, response, next) => {
    // The API server shall open its next connection to a replica that stays.
    if (isDraining()) response.set('connection', 'close');
    next();
  });
  const withinHeap = heapShare(reviewsHeapBytes);
  app.post(webhook.mutatePath, requireJson, readBody(bodyLimits), (request, response) => {
    const arrived = request.body as ArrivedBody;
    delete request.body;
    // Express 5 takes care of a rejection.
    return withinHeap(heapBytesOf(arrived), async () => {
      if (response.closed) return;
      const parsed = parseReview(parseJson(arrived.text()));
      if (!parsed.ok) throw new BadRequest(400, parsed.problem);
      const { body, report } = await reviewer.review(parsed.review);
      answerJson(response, body);
      // From here on nothing needs the pod: its room on the heap is free.
      await setImmediate();
      report();
    });
  });
  app.all(webhook.mutatePath, (_request, response) => {
    response.set('allow', 'POST');
    throw new BadRequest(405, 'only POST');
  });
  app.use(() => {
    throw new BadRequest(404, `not found; there is ${webhook.mutatePath}`);
  });
  app.use(answerErrors({ metrics, log }));
  return app;
}

export interface AppOptions {
  readonly reviewer: Reviewer;
  readonly metrics: Metrics<WebhookMetrics>;
  readonly log: Log;
  isDraining(): boolean;
}

/** Express without the headers and settings that serve browsers. */
export function bareApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('strict routing');
  app.enable('case sensitive routing');
  return app;
}

/** Head and body leave in one write. Express would work out again what is the same for each answer. */
function answerJson(response: Response, body: JsonObject): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The API server does not compress. */
const requireJson: RequestHandler = (request, _response, next) => {
  const { headers } = request;
  if (headers['content-type'] !== 'application/json' && typeof request.is('application/json') !== 'string')
    throw new BadRequest(415, 'the content type must be application/json');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new BadRequest(415, 'the body must not be compressed');
  next();
};

const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Bodies hold objects of up to 3 MiB, twice, with their managed fields, and room to spare. A pod of 3 MiB has more values
 * only where they and their names are shorter than ten characters. The sum is what the Deployment's memory limit leaves
 * beside the heap.
 */
const bodyLimits = { maxBytes: maxBodyBytes, maxTotalBytes: 3 * maxBodyBytes, maxValues: 350_000 };

/** More than the largest body is taken to need, and little more than half of the heap that the image sets. */
const reviewsHeapBytes = 90 * 1024 * 1024;

/**
 * At most, on a 64-bit V8: two bytes for a character, and what was measured for the worst JSON that was found, objects
 * with one member `"34"`. Ordinary pods take a fifth of it.
 */
function heapBytesOf({ bytes, values }: ArrivedBody): number {
  return 2 * bytes + 200 * values;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest(400, (error as Error).message);
  }
}

/**
 * 400, 404, 405, 413, 415 and 429 for what is no review, 503 before the webhook is ready. 500 for a fault of ours: the failurePolicy of the webhook
 * configuration then decides, and the API server counts it.
 */
function answerErrors({ metrics, log }: Pick<AppOptions, 'metrics' | 'log'>): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    if (!(error instanceof BadRequest)) {
      metrics.inc('alpine_resolver_webhook_reviews_total', { verdict: 'skip', reason: 'internal-error' });
      log.error('review-failed', { error });
      response.status(500).type('text').send('internal error\n');
      return undefined;
    }
    const { status, message } = error;
    metrics.inc('alpine_resolver_webhook_bad_requests_total', { status: `${status}` });
    log.debug('bad-request', { status, method: request.method, error });
    // What is left of a body that nobody reads would be taken for the next request.
    if (!request.complete) response.set('connection', 'close');
    response.status(status).type('text').send(`${message}\n`);
    return undefined;
  };
}
