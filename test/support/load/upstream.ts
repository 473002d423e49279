/** The nameserver behind what is measured: a program in C that answers from a table. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../scripts/free-port.ts';
import { compiled } from './programs.ts';
import { zoneText, type Zone } from './zone.ts';

export interface LoadUpstream {
  readonly pid: number;
  readonly port: number;
  /** How many queries it got so far. */
  queries(): Promise<number>;
  close(): void;
}

export interface LoadUpstreamOptions {
  readonly zone: Zone;
  /** For the table's file. */
  readonly folder: string;
  readonly address?: string;
  readonly port?: number;
  readonly delayUs?: number;
  /** A command that runs the rest of its words, as `taskset -c 1` does. */
  readonly prefix?: readonly string[];
}

export async function startLoadUpstream(options: LoadUpstreamOptions): Promise<LoadUpstream> {
  const { zone, folder, address = '127.0.0.1', delayUs = 0, prefix = [] } = options;
  const port = options.port ?? (await freePort());
  const program = await compiled(join(import.meta.dirname, 'upstream.c'));
  const file = join(folder, `zone-${address}-${port}`);
  await writeFile(file, zoneText(zone));
  const words = [program, `zone=${file}`, `address=${address}`, `port=${port}`, `delay=${delayUs}`];
  const [command = program, ...args] = [...prefix, ...words];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the upstream ended with ${code}`);
  });
  ended.catch(() => undefined);
  const nextLine = async (): Promise<Record<string, number>> => {
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    return JSON.parse(line) as Record<string, number>;
  };
  await nextLine();
  return {
    pid: child.pid ?? 0,
    port,
    async queries() {
      const answer = nextLine();
      child.kill('SIGUSR1');
      return (await answer)['queries'] ?? 0;
    },
    close: () => void child.kill(),
  };
}
