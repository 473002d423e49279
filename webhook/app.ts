import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Log } from '../shared/log.ts';
import type { WebhookMetrics } from '../shared/metric-table.ts';
import type { Metrics } from '../shared/metrics.ts';
import { webhook } from '../shared/names.ts';
import { bodyBudget } from './body-budget.ts';
import { parseReview } from './review.ts';
import type { Answer, Reviewer } from './reviewer.ts';

/** The application behind the TLS listener. Neither listens nor knows the environment. */
export function createApp({ reviewer, metrics, log, isDraining }: AppOptions): Express {
  const app = bareApp();
  app.use((_request, response, next) => {
    // The API server shall open its next connection to a replica that stays.
    if (isDraining()) response.set('connection', 'close');
    next();
  });
  app.post(webhook.mutatePath, requireJson, withinBudget(), readBody, (request, response) => {
    const parsed = parseReview(request.body);
    if (!parsed.ok) throw new BadRequest(400, parsed.problem);
    const respond = ({ body, report }: Answer): void => {
      response.json(body);
      setImmediate(report);
    };
    // Express 5 takes care of a rejection.
    return reviewer.review(parsed.review).then(respond);
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

/** A request that is not the API server's fault to retry: HTTP status and a sentence. */
class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (typeof request.is('application/json') !== 'string')
    throw new BadRequest(415, 'the content type must be application/json');
  next();
};

const largestBodyBytes = 10 * 1024 * 1024;

/** Of all requests together: what fits beside the heap under the memory limit of the Deployment. */
const mostBodiesBytes = 6 * largestBodyBytes;

/**
 * Objects of up to 3 MiB, twice, with their managed fields, and room to spare. The API server does not compress; a
 * compressed body is refused, because it could grow a thousandfold.
 */
const readBody = express.json({ limit: largestBodyBytes, inflate: false, strict: true });

function withinBudget(): RequestHandler {
  const refuse = (): never => {
    throw new BadRequest(429, 'too many large requests at once');
  };
  return bodyBudget({ mostBytes: mostBodiesBytes, largestBytes: largestBodyBytes, refuse });
}

/**
 * 400, 404, 405, 413, 415 and 429 for what is no review. 500 for a fault of ours: the failurePolicy of the webhook
 * configuration then decides, and the API server counts it.
 */
function answerErrors({ metrics, log }: Pick<AppOptions, 'metrics' | 'log'>): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = clientStatus(error);
    if (status === undefined) {
      metrics.inc('alpine_resolver_webhook_reviews_total', { verdict: 'skip', reason: 'internal-error' });
      log.error('review-failed', { error });
      response.status(500).type('text').send('internal error\n');
      return undefined;
    }
    metrics.inc('alpine_resolver_webhook_bad_requests_total', { status: String(status) });
    log.debug('bad-request', { status, method: request.method, error });
    // What is left of a body that nobody reads would be taken for the next request.
    if (!request.complete) response.set('connection', 'close');
    response
      .status(status)
      .type('text')
      .send(`${(error as Error).message}\n`);
    return undefined;
  };
}

/** body-parser's errors carry a status too. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}
