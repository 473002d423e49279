/** The parent's side of the scripted upstream. */
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { Query, Script } from '../../../cli/simulation/script.ts';
import type { UpstreamAnswer, UpstreamRequest } from './upstream.ts';

export interface Upstream {
  /** Its process holds the world's namespaces. */
  pid: number;
  load(script: Script): Promise<void>;
  restart(): Promise<void>;
  queries(): Promise<Query[]>;
  get(url: string): Promise<{ status: number; body: string }>;
  close(): Promise<void>;
}

type Body<T> = T extends { number: number } ? Omit<T, 'number'> : never;

export async function connectUpstream(child: ChildProcess): Promise<Upstream> {
  const waiting = new Map<number, (answer: UpstreamAnswer) => void>();
  let number = 0;
  const ready = new Promise<UpstreamAnswer>((settle) => waiting.set(0, settle));
  child.on('message', (answer: UpstreamAnswer) => {
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  });
  const gone = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the scripted upstream ended with ${signal ?? code}`)));
  });
  gone.catch(() => {});
  await Promise.race([ready, gone]);

  const request = async (body: Body<UpstreamRequest>): Promise<UpstreamAnswer> => {
    const current = ++number;
    const answered = new Promise<UpstreamAnswer>((settle) => waiting.set(current, settle));
    child.send({ number: current, ...body });
    const answer = await Promise.race([answered, gone]);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  if (child.pid === undefined) throw new Error('the scripted upstream has no process');
  return {
    pid: child.pid,
    load: async (script) => void (await request({ do: 'load', script })),
    restart: async () => void (await request({ do: 'restart' })),
    queries: async () => (await request({ do: 'queries' })).queries ?? [],
    async get(url) {
      const { status = 0, body = '' } = await request({ do: 'get', url });
      return { status, body };
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
