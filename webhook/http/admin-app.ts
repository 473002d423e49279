/** The admin application: health and metrics over plain HTTP. */
import type { Express } from 'express';
import { expositionContentType } from '../../shared/report/metrics.ts';
import { bareApp } from './app.ts';

/** Health and metrics, over plain HTTP on a port of their own: the kubelet and Prometheus have no client certificate. */
export function createAdminApp({ readiness, exposition }: AdminState): Express {
  const app = bareApp();
  app.get('/healthz', (_request, response) => {
    response.type('text').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const missing = readiness();
    if (missing === undefined) response.type('text').send('ready\n');
    else response.status(503).type('text').send(`not ready: ${missing}\n`);
  });
  app.get('/metrics', (_request, response) => {
    response.set('content-type', expositionContentType).send(exposition());
  });
  app.use((_request, response) => {
    response.status(404).type('text').send('not found; there are /healthz, /readyz and /metrics\n');
  });
  return app;
}

export interface AdminState {
  /** What is missing; undefined: ready. */
  readiness(): string | undefined;
  exposition(): string;
}
