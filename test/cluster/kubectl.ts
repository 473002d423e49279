/** kubectl for the proofs: one cluster, plain text and JSON in, JSON out. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type CommandOptions, type CommandResult, run, tryRun } from '../support/machine/command.ts';

export interface Kubectl {
  /** The program with the arguments that select the cluster. */
  readonly command: readonly [string, ...string[]];
  run(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** As `run`, but every exit code is a result. */
  try(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  get<Result>(args: readonly string[]): Promise<Result>;
  apply(...objects: readonly object[]): Promise<string>;
  /** What the API server, a pod or a service answers at a path. */
  raw(path: string): Promise<string>;
  /** Starts a program in a container and gives its output. */
  exec(namespace: string, pod: string, command: readonly string[], container?: string): Promise<CommandResult>;
  /** A kubectl that goes on running, for watches and logs; the caller ends it. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
}

export function kubectlOf(command: readonly [string, ...string[]]): Kubectl {
  const [program, ...first] = command;
  const kubectl: Kubectl = {
    command,
    run: (args, options) => run(program, [...first, ...args], options),
    try: (args, options) => tryRun(program, [...first, ...args], options),
    get: async <Result>(args: readonly string[]) => {
      const answer = await kubectl.run(['get', ...args, '--output=json']);
      return JSON.parse(answer.stdout) as Result;
    },
    apply: async (...objects) => {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      return (await kubectl.run(['apply', '--filename=-'], { input })).stdout;
    },
    raw: async (path) => (await kubectl.run(['get', `--raw=${path}`])).stdout,
    exec: (namespace, pod, words, container) =>
      kubectl.try([
        'exec',
        `--namespace=${namespace}`,
        pod,
        ...(container === undefined ? [] : [`--container=${container}`]),
        '--',
        ...words,
      ]),
    start: (args) => spawn(program, [...first, ...args]),
  };
  return kubectl;
}
