/**
 * A probe that stays: it runs on one C library in one view of a world and forks for every lookup, so a
 * lookup costs about a millisecond and still begins with a resolver that knows nothing.
 */
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface ProbeResult {
  /** `OTHER` has its code beside it; `KILLED`: a signal, SIGALRM at the deadline. */
  outcome: 'OK' | 'NONAME' | 'NODATA' | 'AGAIN' | 'NORECOVERY' | 'OTHER' | 'USAGE' | 'KILLED';
  code?: number;
  hErrno?: number;
  signal?: number;
  addresses?: string[];
  canonical?: string;
  aliases?: string[];
  elapsedMs?: number;
  /** How long the process was ready to run, but did not, until the command was done. */
  delayedMs?: number;
  rcode?: number;
  flags?: number;
  records?: { owner: string; type: number; data: string }[];
  /** Of the command `res`. */
  servers?: string[];
  search?: string[];
  options?: number;
  ndots?: number;
  timeoutSeconds?: number;
  attempts?: number;
  libc?: string;
  version?: string;
}

/** AF_UNSPEC, AF_INET, AF_INET6. */
export type ProbeFamily = 'u' | '4' | '6';

export interface Agent {
  /** Runs probe commands, separated by " ; ", in one fresh process. */
  run(commands: string): Promise<ProbeResult[]>;
  close(): void;
}

export type AgentProcess = ChildProcessByStdio<Writable, Readable, null>;

export function createAgent(child: AgentProcess): Agent {
  const waiting = new Map<string, (outcome: ProbeResult[] | Error) => void>();
  let number = 0;
  let ended: Error | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, results } = JSON.parse(line) as { id: string; results: ProbeResult[] };
    waiting.get(id)?.(results);
    waiting.delete(id);
  });
  const end = (error: Error) => {
    ended ??= error;
    for (const settle of waiting.values()) settle(error);
    waiting.clear();
  };
  child.on('error', end);
  child.stdin.on('error', end);
  child.on('close', (code, signal) => end(new Error(`the probe ended with ${signal ?? code}`)));
  return {
    async run(commands) {
      if (ended) throw ended;
      const id = String(++number);
      const outcome = await new Promise<ProbeResult[] | Error>((settle) => {
        waiting.set(id, settle);
        child.stdin.write(`${id} ${commands}\n`);
      });
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    close() {
      child.stdin.end();
    },
  };
}

/** A name as a word of a probe command. */
export function probeWord(text: string): string {
  if (text === '') return '%';
  return text.replace(/[^!-$&-:<-~]/g, (byte) => {
    const code = byte.charCodeAt(0).toString(16).padStart(2, '0');
    return `%${code}`;
  });
}
