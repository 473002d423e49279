/** One HTTP request over a connection that is there already. */
import { request as requestHttp } from 'node:http';
import type { Duplex } from 'node:stream';
import { ClusterError } from './reader.ts';

export interface Posted {
  readonly path: string;
  readonly body: object;
  readonly timeoutMs: number;
}

export interface Received {
  readonly status: number;
  readonly text: string;
}

/** The records of the longest searches have some hundred kilobytes. */
const maxBytes = 16 * 1024 * 1024;

export function postOver(connection: Duplex, { path, body, timeoutMs }: Posted): Promise<Received> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      connection.destroy();
      const known = error instanceof ClusterError;
      reject(known ? error : new ClusterError('unreachable', `the sidecar does not answer: ${error.message}`));
    };
    if (connection.errored !== null) return failed(connection.errored);
    connection.on('error', failed);
    const request = requestHttp({
      // As which the sidecar knows whoever comes through a port-forward.
      ...{ host: 'localhost', path, method: 'POST' },
      headers: { host: 'localhost', 'content-type': 'application/json', connection: 'close' },
      createConnection: () => connection,
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on('error', failed);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxBytes) failed(new Error('more than a record can have'));
      });
      response.on('error', failed);
      response.on('end', () => {
        connection.destroy();
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    request.end(JSON.stringify(body));
  });
}
