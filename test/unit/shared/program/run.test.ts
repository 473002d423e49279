/** How a program runs: settings, log, exit codes. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { Part } from '../../../../shared/program/lifecycle.ts';
import { runProgram, type Program, type ProgramSettings } from '../../../../shared/program/run.ts';
import { readEnvironment } from '../../../../shared/settings/read-settings.ts';
import { webhookSettings } from '../../../../shared/settings/settings.ts';

class StandIn extends EventEmitter {
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly written = { out: '', error: '' };
  readonly exits: number[] = [];
  exitCode: number | undefined;

  constructor(args: readonly string[] = [], env: Record<string, string> = {}) {
    super();
    this.argv = ['node', 'program', ...args];
    this.env = env;
  }

  readonly stdout = Object.assign(new EventEmitter(), {
    writableLength: 0,
    write: (text: string) => void (this.written.out += text),
  });
  readonly stderr = { write: (text: string) => void (this.written.error += text) };

  exit(code: number): void {
    this.exits.push(code);
  }

  /** The log so far: event, and the message of an error. */
  get events(): string[] {
    const lines = this.written.out.split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const { event, error } = JSON.parse(line) as { event: string; error?: { message: string } };
      return error === undefined ? event : `${event}: ${error.message}`;
    });
  }
}

interface Trial {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly parts?: readonly Part[];
  readonly faults?: readonly string[];
  readonly notices?: readonly { readonly message: string }[];
  takenArguments?: Program<ProgramSettings>['takenArguments'];
  create?(): never;
}

async function run({ args, env, parts = [], faults = [], notices, takenArguments, create }: Trial) {
  const host = new StandIn(args, env);
  const happened: string[] = [];
  const program: Program<ProgramSettings> = {
    help: { name: 'webhook', purpose: 'does something', settings: webhookSettings, startFailure: 'when it fails' },
    ...(takenArguments && { takenArguments }),
    readSettings: (environment) => ({ ...readEnvironment(webhookSettings, environment), ...(notices && { notices }) }),
    settingFaults: () => faults,
    create:
      create ??
      (() => ({
        parts,
        stopping: () => void happened.push('unready'),
        reportFault: (error) => void happened.push(`reported ${(error as Error).message}`),
      })),
  };
  await runProgram(program, host);
  return { host, happened };
}

const fails: Part = {
  name: 'listener',
  start: () => {
    throw new Error('port in use');
  },
};

test('--version prints to standard output and starts nothing', async () => {
  const { host } = await run({ args: ['--version'], parts: [fails] });
  expect(host.written).toEqual({ out: expect.stringMatching(/^\S+\n$/), error: '' });
  expect([host.exitCode, host.exits]).toEqual([undefined, []]);
});

test('an argument is refused with exit code 64', async () => {
  const { host } = await run({ args: ['--port=53'], parts: [fails] });
  expect(host.written).toEqual({ out: '', error: expect.stringContaining('--port=53') });
  expect([host.exitCode, host.exits]).toEqual([64, []]);
});

test('every fault of the settings is a line, and nothing starts: exit code 78', async () => {
  const { host } = await run({
    env: { WEBHOOK_LISTENN: ':1', WEBHOOK_DRAIN_SECONDS: 'long' },
    faults: ['A and B need each other'],
    parts: [fails],
  });
  expect(host.written.error.split('\n')).toEqual([
    expect.stringContaining('WEBHOOK_DRAIN_SECONDS: "long" is not accepted'),
    'WEBHOOK_LISTENN is not a setting; did you mean WEBHOOK_LISTEN?',
    'A and B need each other',
    '',
  ]);
  expect([host.exitCode, host.exits]).toEqual([78, []]);
});

test('what was read as something else is told behind the faults', async () => {
  const { host } = await run({ faults: ['A is wrong'], notices: [{ message: '--a is read as A' }], parts: [fails] });
  expect([host.written.error, host.exitCode]).toEqual(['A is wrong\n--a is read as A\n', 78]);
});

test('arguments that are taken count as variables, before those of the environment', async () => {
  const env = { WEBHOOK_DRAIN_SECONDS: '7', WEBHOOK_LOG_LEVEL: 'error' };
  const taken = { settings: [], lines: [], read: () => ({ texts: { WEBHOOK_DRAIN_SECONDS: 'long' } }) };
  const { host } = await run({ args: ['--drain'], env, takenArguments: async () => taken, parts: [fails] });
  expect(host.written.error).toContain('WEBHOOK_DRAIN_SECONDS: "long" is not accepted');
});

test.each([[[]], [['--help']]])(
  'with %j, whether arguments are taken is asked for only where there are any',
  async (args) => {
    const asked: string[] = [];
    const takenArguments = async () => {
      asked.push('asked');
      return undefined;
    };
    await run({ args, takenArguments });
    expect(asked).toHaveLength(args.length);
  },
);

test('the log level is that of the settings', async () => {
  const part: Part = { name: 'a', start: () => undefined };
  const { host, happened } = await run({
    env: { WEBHOOK_LOG_LEVEL: 'error', WEBHOOK_DRAIN_SECONDS: '0' },
    parts: [part],
  });
  host.emit('SIGTERM');
  await new Promise((resolve) => setImmediate(resolve));
  expect([host.events, happened, host.exits]).toEqual([[], ['unready'], [0]]);
});

test('a part that does not start is named with its reason: exit code 1', async () => {
  const { host } = await run({ parts: [fails] });
  expect(host.written.error).toBe('listener did not start: port in use\n');
  expect(host.exits).toEqual([1]);
});

test('a program that cannot be made logs why: exit code 70', async () => {
  const { host } = await run({
    create: () => {
      throw new Error('no limit readable');
    },
  });
  expect([host.events, host.exits]).toEqual([['fault: no limit readable'], [70]]);
});

test.each(['uncaughtException', 'unhandledRejection'])(
  '%s: the end while it starts, a report once it serves',
  async (event) => {
    let started: (() => void) | undefined;
    const starting = new Promise<void>((resolve) => (started = resolve));
    const host = new StandIn();
    const reported: string[] = [];
    const running = runProgram(
      {
        help: { name: 'webhook', purpose: 'does something', settings: webhookSettings, startFailure: 'when it fails' },
        readSettings: (environment) => readEnvironment(webhookSettings, environment),
        settingFaults: () => [],
        create: () => ({
          parts: [{ name: 'slow', start: () => starting }],
          stopping: () => undefined,
          reportFault: (error) => void reported.push((error as Error).message),
        }),
      },
      host,
    );
    host.emit(event, new Error('early'));
    expect([reported, host.exits]).toEqual([['early'], [70]]);
    started?.();
    await running;
    host.emit(event, new Error('late'));
    expect([reported, host.exits]).toEqual([['early', 'late'], [70]]);
  },
);
