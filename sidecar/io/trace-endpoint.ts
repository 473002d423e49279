/** `POST /trace` on the admin listener: reads a small request, has the lookup traced, and answers with its record. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { TraceRecord } from '../../shared/report/trace-record.ts';
import { admitTrace } from '../decide/query/trace-admission.ts';

export interface TraceEndpointDependencies {
  /** The setting, as it is now. */
  readonly isOn: () => boolean;
  /** Undefined: it is no name that could be asked for. */
  readonly trace: (name: string) => Promise<TraceRecord | undefined>;
  readonly metrics: Metrics<SidecarMetrics>;
}

export type TraceEndpoint = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A name has at most 255 bytes, in JSON with escapes six times as many. */
const maxRequestBytes = 4096;

export function createTraceEndpoint({ isOn, trace, metrics }: TraceEndpointDependencies): TraceEndpoint {
  let isRunning = false;

  async function run(request: IncomingMessage): Promise<Answered> {
    const { method = '', headers, socket } = request;
    const { host, 'content-type': contentType } = headers;
    const asked = { method, peer: socket.remoteAddress, host, contentType };
    const admission = admitTrace(asked, { isOn: isOn(), isRunning });
    if (admission.do === 'refuse') return refused(admission.status, admission.message);
    isRunning = true;
    try {
      const name = await readName(request);
      if (name === undefined) return refused(400, 'a trace is asked for with {"name": "NAME"}');
      const record = await trace(name);
      return record === undefined
        ? refused(400, 'the name cannot be asked for: it has an empty label, or one that is too long')
        : { outcome: record.isComplete ? 'done' : 'time-limit', status: 200, body: record };
    } finally {
      isRunning = false;
    }
  }

  return async (request, response) => {
    const { outcome, status, body } = await run(request);
    request.resume();
    metrics.inc('alpine_resolver_traces_total', { outcome });
    const text = `${JSON.stringify(body)}\n`;
    if (status === 405) response.setHeader('allow', 'POST');
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
}

interface Answered {
  readonly outcome: 'done' | 'time-limit' | 'busy' | 'refused';
  readonly status: number;
  readonly body: object;
}

function refused(status: number, error: string): Answered {
  return { outcome: status === 429 ? 'busy' : 'refused', status, body: { error } };
}

async function readName(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxRequestBytes) return undefined;
      chunks.push(chunk);
    }
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
