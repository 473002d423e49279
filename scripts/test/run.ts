/** Runs one command or one vitest project of `npm test`, and returns its outcome. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcome, type Outcome } from './outcome.ts';
import { vitestOutcome, type VitestReport } from './vitest-outcome.ts';

/** A step that has not ended by then hangs. */
const stepTimeoutMs = 8 * 60_000;

/** Runs a command that passes or fails as a whole; what it prints is shown. */
export async function commandOutcome(name: string, command: readonly string[], root: string): Promise<Outcome> {
  const exitCode = await exitCodeOf(command, root);
  return exitCode === 0
    ? outcome({ passed: 1 })
    : outcome({ failed: 1, remarks: [`failed: ${name} (${command.join(' ')} ended with ${exitCode})`] });
}

export interface ProjectRun {
  /** These test files only. */
  readonly files?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs one vitest project and counts its tests. */
export async function projectOutcome(project: string, root: string, how: ProjectRun = {}): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'alpine-resolver-test-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const command = ['vitest', 'run', '--project', project, ...reporters, ...(how.files ?? [])];
    const exitCode = await exitCodeOf(command, root, how.environment);
    return vitestOutcome(readReport(file), exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

/** null: ended by a signal. Commands come from the project's own node_modules first, so that its Node is used. */
function exitCodeOf(
  [command = '', ...args]: readonly string[],
  root: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment, PATH: path },
  });
  const timer = setTimeout(() => {
    console.log(`\nstill running after ${stepTimeoutMs / 60_000} minutes: ${command} ${args.join(' ')}`);
    child.kill('SIGKILL');
  }, stepTimeoutMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}
