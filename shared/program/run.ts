/** What both programs do from their first line to their last: arguments, settings, log, faults, start and stop. */
import { describeError, type Log, type LogLevel } from '../report/log.ts';
import { createOutputLog, type LogOutput } from '../report/output-log.ts';
import type { SettingIssue } from '../settings/read-settings.ts';
import { exitCodes, readCommandLine, type Environment, type ProgramHelp, type TakenArguments } from './command-line.ts';
import { runLifecycle, type LifecycleOptions, type Part } from './lifecycle.ts';

/** One program, before anything of the process is known. */
export interface Program<Settings extends ProgramSettings> {
  readonly help: ProgramHelp;
  /** Asked for where there are arguments; undefined: it takes none. */
  takenArguments?(): Promise<TakenArguments | undefined>;
  readSettings(environment: Environment): SettingsRead<Settings> | Promise<SettingsRead<Settings>>;
  /** Faults that concern several settings, one sentence each. */
  settingFaults(settings: Settings): readonly string[];
  create(settings: Settings, log: Log): ProgramParts;
}

export interface SettingsRead<Settings> {
  readonly values: Settings;
  readonly issues: readonly SettingIssue[];
  /** What was read as something else: told where there are faults, which may be of what it was read as. */
  readonly notices?: readonly { readonly message: string }[];
}

/** The settings that both programs have. */
export interface ProgramSettings {
  readonly logLevel: LogLevel;
  readonly drainSeconds: number;
}

export interface ProgramParts {
  /** In the order of their start. */
  readonly parts: readonly Part[];
  /** Ends readiness. */
  stopping(): void;
  /** Reports a fault that no part catches. */
  reportFault(error: unknown): void;
}

/** What is used of the process; tests give a stand-in. */
export interface ProgramProcess {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdout: LogOutput;
  readonly stderr: { write(text: string): unknown };
  exitCode?: number | string | null | undefined;
  on(event: 'uncaughtException' | 'unhandledRejection', handler: (error: unknown) => void): unknown;
  on(signal: 'SIGTERM' | 'SIGINT', handler: () => void): unknown;
  exit(code: number): void;
}

/**
 * Runs a program until a signal ends it. Exit codes: `exitCodes` of the command line, 0 after SIGTERM or SIGINT. The
 * promise is settled when the program has started, or will not start; it never rejects.
 */
export async function runProgram<Settings extends ProgramSettings>(
  program: Program<Settings>,
  host: ProgramProcess,
): Promise<void> {
  const args = host.argv.slice(2);
  const taken = args.length > 0 ? await program.takenArguments?.() : undefined;
  const command = readCommandLine(args, { help: program.help, taken, environment: host.env });
  switch (command.do) {
    case 'print':
      host.stdout.write(command.text);
      return;
    case 'refuse':
      host.stderr.write(command.text);
      host.exitCode = exitCodes.usage;
      return;
    case 'run':
      return run(program, host, command.texts);
  }
}

async function run<Settings extends ProgramSettings>(
  program: Program<Settings>,
  host: ProgramProcess,
  texts: Environment | undefined,
): Promise<void> {
  const read = program.readSettings(texts ? { ...host.env, ...texts } : host.env);
  const { values: settings, issues, notices = [] } = read instanceof Promise ? await read : read;
  const faults = [...issues.map((issue) => issue.message), ...program.settingFaults(settings)];
  if (faults.length > 0) {
    const lines = [...faults, ...notices.map(({ message }) => message)];
    host.stderr.write(lines.map((line) => `${line}\n`).join(''));
    host.exitCode = exitCodes.configuration;
    return;
  }

  const log = createOutputLog({ level: settings.logLevel, output: host.stdout, now: Date.now });
  let isStarted = false;
  let reportFault = (error: unknown): void => log.error('fault', { error });
  const unforeseen = (error: unknown): void => {
    reportFault(error);
    // Once it serves, one broken request must not take the others with it.
    if (!isStarted) host.exit(exitCodes.fault);
  };
  host.on('uncaughtException', unforeseen);
  host.on('unhandledRejection', unforeseen);

  try {
    const created = program.create(settings, log);
    reportFault = created.reportFault;
    isStarted = await start(created, settings, log, host);
  } catch (error) {
    unforeseen(error);
  }
}

/** Starts all parts. Where one does not start, it writes the reason to standard error, ends the process and returns false. */
async function start(
  { parts, stopping }: ProgramParts,
  { drainSeconds }: ProgramSettings,
  log: Log,
  host: ProgramProcess,
): Promise<boolean> {
  const options: LifecycleOptions = {
    parts,
    log,
    signals: host,
    exit: (code) => host.exit(code),
    onStopping: stopping,
    drainMs: drainSeconds * 1000,
  };
  try {
    await runLifecycle(options);
    return true;
  } catch (thrown) {
    const error = thrown as Error;
    const reason = describeError(error.cause ?? error);
    host.stderr.write(`${error.message}: ${String(reason['message'])}\n`);
    host.exit(exitCodes.start);
    return false;
  }
}
