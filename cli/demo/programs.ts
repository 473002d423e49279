/** The real programs as child processes; their logs say when they are ready, and on which ports. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * Loaded into each program: it ends when the demo's end of its standard input is gone, which the kernel closes however
 * the demo ends, SIGKILL included.
 */
const guard = `data:text/javascript,${encodeURIComponent(
  "process.stdin.on('end',()=>process.exit()).on('error',()=>process.exit()).resume()",
)}`;

export interface Program {
  /** Fields of the first log line that fits; rejects when the program ends before. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Every line from now on. */
  follow(listen: (line: LogLine) => void): void;
  /** Resolves when the program has ended by itself. */
  readonly ended: Promise<Error>;
  stop(): Promise<void>;
}

export type LogLine = Readonly<Record<string, unknown>>;

const stopMs = 3000;
const startMs = 15_000;
/** For the message when it ends too soon. */
const textsKept = 20;
/** One read may bring many lines, and a caller may ask for one of them after it. */
const linesKept = 1000;

export function startProgram(folder: string, name: 'sidecar' | 'webhook', env: Record<string, string>): Program {
  const bundle = join(folder, `${name}.cjs`);
  if (!existsSync(bundle)) throw new UsageError(`${bundle} is not there; build it with: npm run build`);
  const child = spawn(process.execPath, ['--import', guard, bundle], { env, stdio: 'pipe' });
  const lines: LogLine[] = [];
  const texts: string[] = [];
  const watchers = new Set<() => void>();
  const followers: ((line: LogLine) => void)[] = [];
  const keep = (text: string) => {
    texts.push(text);
    if (texts.length > textsKept) texts.shift();
  };
  createInterface({ input: child.stderr }).on('line', keep);
  createInterface({ input: child.stdout }).on('line', (text) => {
    keep(text);
    const line = parsedLine(text);
    lines.push(line);
    if (lines.length > linesKept) lines.shift();
    for (const watch of watchers) watch();
    for (const listen of followers) listen(line);
  });
  const ended = new Promise<Error>((resolve) => {
    child.on('error', resolve);
    child.on('close', (code, signal) =>
      resolve(new Error(`the ${name} ended with ${signal ?? code}:\n${texts.map((text) => `  ${text}\n`).join('')}`)),
    );
  });
  return {
    ended,
    follow: (listen) => void followers.push(listen),
    logged: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`the ${name} is not ready after ${startMs / 1000} s:\n${texts.join('\n')}`)),
          startMs,
        );
        const watch = () => {
          const line = lines.find(fits);
          if (line === undefined) return;
          clearTimeout(timer);
          watchers.delete(watch);
          resolve(line);
        };
        watchers.add(watch);
        watch();
        ended.then((error) => {
          clearTimeout(timer);
          reject(error);
        }, reject);
      }),
    stop: () => stopped(child),
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function parsedLine(text: string): LogLine {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as LogLine) : {};
  } catch {
    return {};
  }
}

/** The port at the end of the first of a line's addresses. */
export function portOf(line: LogLine, field: string): number {
  const [address = ''] = line[field] as string[];
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
