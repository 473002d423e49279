/** Docker's API over a Unix socket, or TCP with TLS where it is asked for: GET requests and nothing else. */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { DockerEndpoint } from '../../../shared/settings/docker-endpoint-kind.ts';
import {
  DockerAnswerError,
  DockerStatusError,
  type DockerApi,
  type DockerPath,
  type EventHandlers,
} from '../containers/docker-api.ts';
import { member, textOf, type Json } from '../containers/json.ts';
import { createLines } from './lines.ts';

export interface DockerClientOptions {
  readonly endpoint: DockerEndpoint;
  /** Read anew for each connection, so that a renewed certificate counts; undefined: without TLS. */
  readonly readTls: (() => DockerTls) | undefined;
}

export interface DockerTls {
  readonly ca: string;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** An answer that takes longer is none. */
const answerTimeoutMs = 10_000;

/** Bytes of an answer: a list of ten thousand containers has half of it. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Bytes of one event, which has the labels of its container. */
const maxEventBytes = 4 * 1024 * 1024;

/** Events of these types, as Docker's own filter has them. */
const eventPath = `/events?filters=${encodeURIComponent(JSON.stringify({ type: ['container', 'network'] }))}`;

export function createDockerClient({ endpoint, readTls }: DockerClientOptions): DockerApi & { close(): void } {
  const plainAgent = new HttpAgent({ keepAlive: true, maxFreeSockets: 8 });
  let tlsAgent: HttpsAgent | undefined;

  function open(path: string, keptAlive: boolean): ClientRequest {
    const headers = { 'User-Agent': 'alpine-resolver', Accept: 'application/json' };
    if (endpoint.transport === 'unix')
      return httpRequest({
        socketPath: endpoint.path,
        path,
        headers: { ...headers, Host: 'docker' },
        agent: keptAlive ? plainAgent : false,
      });
    const { host, port } = endpoint;
    if (readTls === undefined) return httpRequest({ host, port, path, headers, agent: keptAlive ? plainAgent : false });
    // A Host of our own would be the name that the certificate is held against.
    tlsAgent ??= new HttpsAgent({ keepAlive: true, maxFreeSockets: 8 });
    return httpsRequest({
      ...{ host, port, path, headers, ...readTls(), rejectUnauthorized: true },
      agent: keptAlive ? tlsAgent : false,
    });
  }

  async function get(path: DockerPath): Promise<Json> {
    try {
      return await ask(open(path, true), path);
    } catch (error) {
      // The API has closed a connection that it had kept, in the moment in which it was used again.
      if (!(error instanceof StaleConnectionError)) throw error;
      return ask(open(path, false), path);
    }
  }

  return {
    get,
    events: (handlers) => followEvents(open(eventPath, false), handlers),
    close() {
      plainAgent.destroy();
      tlsAgent?.destroy();
    },
  };
}

class StaleConnectionError extends Error {}

/** What a request meets whose connection the other side has closed: a reset, or over a Unix socket a broken pipe. */
const staleCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

function ask(request: ClientRequest, path: string): Promise<Json> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => request.destroy(new DockerAnswerError(`${path}: no answer in time`)),
      answerTimeoutMs,
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      const isStale = request.reusedSocket && staleCodes.has((error as NodeJS.ErrnoException).code ?? '');
      reject(isStale ? new StaleConnectionError(error.message) : error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxAnswerBytes)
          request.destroy(new DockerAnswerError(`${path}: an answer of more than ${maxAnswerBytes} bytes`));
        else parts.push(part);
      });
      // Node.js says the same of one that was given up here.
      response.on('error', (error) => fail(isOwn(error) ? error : new DockerAnswerError(`${path}: it broke off`)));
      response.on('end', () => {
        clearTimeout(timer);
        try {
          resolve(read(response, Buffer.concat(parts).toString(), path));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.end();
  });
}

function isOwn(error: Error): boolean {
  return error instanceof DockerAnswerError;
}

function read({ statusCode = 0 }: IncomingMessage, text: string, path: string): Json {
  if (statusCode !== 200) throw new DockerStatusError(path, statusCode, messageOf(text));
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new DockerAnswerError(`${path}: the answer is no JSON`, { cause });
  }
}

/** Docker's errors are JSON with a message; those of a proxy are whatever they like. */
function messageOf(text: string): string {
  try {
    const message = textOf(member(JSON.parse(text) as Json, 'message'));
    if (message !== '') return message.slice(0, maxMessageLength);
  } catch {
    // It is no JSON.
  }
  return text.trim().slice(0, maxMessageLength);
}

const maxMessageLength = 200;

function followEvents(request: ClientRequest, { event, ended }: EventHandlers): Promise<{ close(): void }> {
  return new Promise((resolve, reject) => {
    let isOpen = false;
    let isClosed = false;
    const timer = setTimeout(() => request.destroy(new Error('/events: no answer in time')), answerTimeoutMs);
    const end = (error: Error): void => {
      clearTimeout(timer);
      if (isClosed) return;
      isClosed = true;
      request.destroy();
      if (isOpen) ended(error);
      else reject(error);
    };
    const close = (): void => {
      isClosed = true;
      request.destroy();
    };
    // An API that is gone without a word is noticed by the kernel.
    request.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
    request.on('error', end);
    request.on('response', (response) => {
      const { statusCode = 0 } = response;
      response.on('error', end);
      response.on('close', () => end(new Error('/events: the stream ended')));
      if (statusCode !== 200) return end(new DockerStatusError('/events', statusCode, response.statusMessage ?? ''));
      clearTimeout(timer);
      isOpen = true;
      const lines = createLines(maxEventBytes, (line) => tellLine(line, event));
      response.on('data', (part: Buffer) => {
        if (!lines.take(part)) end(new Error(`/events: an event of more than ${maxEventBytes} bytes`));
      });
      resolve({ close });
    });
    request.end();
  });
}

/** What is no JSON says nothing; a look at all containers makes up for it. */
function tellLine(line: string, event: (event: Json) => void): void {
  let parsed: Json;
  try {
    parsed = JSON.parse(line) as Json;
  } catch {
    return;
  }
  event(parsed);
}

const keepAliveMs = 15_000;
