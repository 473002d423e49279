/** Runs a program to its end; a non-zero exit is an error that carries what it printed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
}

export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new CommandError(command, args, code ?? signal, errors || output));
    });
  });
}

/** The program's own last words are the message: they are the reason that a test run reports. */
export class CommandError extends Error {
  readonly code = 'COMMAND_FAILED';
  constructor(command: string, args: readonly string[], status: number | string | null, output: string) {
    const tail = output.trim().split('\n').slice(-4).join(' | ');
    super(`${command} ${args.slice(0, 4).join(' ')} ended with ${status}: ${tail}`);
  }
}

/** Whether a command is on the path, or an absolute file is there. */
export function isInstalled(command: string): boolean {
  if (command.startsWith('/')) return existsSync(command);
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return folders.some((folder) => existsSync(join(folder, command)));
}
