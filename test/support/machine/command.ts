/** Runs programs and gives what they print. */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Standard output and error are also appended here. */
  readonly logFile?: string;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and gives what it printed; a code other than 0 is a `CommandError`. */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await tryRun(program, args, options);
  if (result.code !== 0) throw new CommandError(longMessage(program, args, result, options.logFile));
  return result;
}

/** As `run`, but gives standard output alone, and an error of one line: it is the reason that a test run reports. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryRun(program, args, options);
  if (code === 0) return stdout;
  const tail = lastLines(stderr || stdout, 4).join(' | ');
  throw new CommandError(`${program} ${args.slice(0, 4).join(' ')} ended with ${code}: ${tail}`);
}

/** As `run`, but every exit code is a result. */
export function tryRun(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    const log = options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a' });
    log?.write(`$ ${[program, ...args].join(' ')}\n`);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      log?.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr.push(chunk);
      log?.write(chunk);
    });
    // A program that ends without reading its input is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (error) => {
      log?.end();
      reject(error);
    });
    child.on('close', (code, signal) => {
      log?.end();
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString() + (signal === null ? '' : `\nended by ${signal}`),
      });
    });
  });
}

export class CommandError extends Error {
  readonly code = 'COMMAND_FAILED';
  override readonly name = 'CommandError';
}

function longMessage(
  program: string,
  args: readonly string[],
  result: CommandResult,
  logFile: string | undefined,
): string {
  const tail = lastLines(`${result.stderr}\n${result.stdout}`, 15).join('\n');
  const where = logFile === undefined ? '' : `\nfull output: ${logFile}`;
  return `${program} ${args.join(' ').slice(0, 300)}: exit code ${result.code}\n${tail}${where}`;
}

function lastLines(output: string, count: number): string[] {
  return output.trim().split('\n').slice(-count);
}

/** Whether a program is on the path, or an absolute file is there. */
export function isInstalled(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program);
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return folders.some((folder) => existsSync(join(folder, program)));
}
