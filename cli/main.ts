/** The command line: the same pure code as the programs, for people. The only file here that reads the arguments. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../shared/values/version.ts';
import { check } from './check/check.ts';
import { checkCluster } from './check/cluster-check.ts';
import { checkCommand, readCheckOptions, type CheckOptions } from './check/options.ts';
import { createPlayedFailures } from './check/played-failures.ts';
import { printCheck } from './check/print.ts';
import { ClusterError, type ClusterReader } from './cluster/reader.ts';
import { commandDescriptions } from './commands.ts';
import { faultExitCode } from './cluster/fault-exit-code.ts';
import { candidatesFor, complete, completionLines } from './reference/complete.ts';
import { completionCommand, readCompletionOptions, readReasonsOptions, reasonsCommand } from './reference/options.ts';
import { allReasonsText, explainedReason, reasonsDocument, reasonText } from './reference/reasons.ts';
import { shellScript } from './reference/shell-scripts.ts';
import { formatDocument } from './report/format-document.ts';
import { unknownText } from './terminal/arguments.ts';
import { endWithReader, writeText } from './terminal/streams.ts';
import { runDemo } from './demo/demo.ts';
import { defaultNameserver } from './demo/cluster-zone.ts';
import { demoHelp, readDemoOptions } from './demo/options.ts';
import { isInPrivateNetwork, outerDemoGone, runInPrivateNetwork } from './demo/private-network.ts';
import { explain } from './explain/explain.ts';
import { explainExitCode } from './explain/exit-code.ts';
import { explainCommand, readExplainOptions } from './explain/options.ts';
import { traceInPod } from './explain/in-pod.ts';
import { printExplanation, printTrace } from './explain/print.ts';
import { redactedTrace } from './explain/redact-trace.ts';
import { inject } from './inject/inject.ts';
import { injectCommand, readInjectOptions, readUninjectOptions, uninjectCommand } from './inject/options.ts';
import type { OnFile } from './inject/manifests.ts';
import { printOutcome, type Outcome } from './inject/result.ts';
import { uninject } from './inject/uninject.ts';
import { readStatusOptions, statusCommand } from './status/options.ts';
import { status } from './status/status.ts';
import { ancestors } from './terminal/ancestors.ts';
import { commandHelp, exitCodeLines, type CommandDescription } from './terminal/command-help.ts';
import { exitCodes, type ExitCode } from './terminal/exit-codes.ts';
import { exitOnInterrupt, stopOnInterrupt } from './terminal/interrupt.ts';
import { outputColumns, print, printable } from './terminal/output.ts';
import type { ClusterNames, ClusterSelection, ClusterTarget } from './terminal/cluster-target.ts';
import { startLateProgress, type LateProgress } from './terminal/progress.ts';
import { UsageError } from './terminal/usage-error.ts';
import { userFolder } from './terminal/user-folder.ts';
import { readVersionOptions, versionCommand } from './version/options.ts';
import { printVersions } from './version/print.ts';
import { readVersions } from './version/read-versions.ts';

type Run = (args: readonly string[]) => Promise<void> | void;

/** What shells ask at each Tab; of no use to people. */
const completeCommand = '__complete';

/** As kubectl calls it for its plugin `kubectl alpine-resolver`. */
const kubectlCompletion = 'kubectl_complete-alpine_resolver';

const runs: Readonly<Record<string, Run>> = {
  demo,
  explain: runExplain,
  check: runCheck,
  inject: runInject,
  uninject: runUninject,
  status: runStatus,
  reasons: runReasons,
  version: runVersion,
  completion: runCompletion,
  [completeCommand]: runComplete,
};

const help = `alpine-resolver ${version}: every container of a pod resolves names as glibc does

Usage: alpine-resolver COMMAND [options]

Commands:
${commandDescriptions.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}\n`).join('')}
  --help      this text, or with a command its options
  --version   the version

Examples:
${commandDescriptions.map(({ examples }) => `  ${examples[0]?.line}\n`).join('')}
Exit codes:
${exitCodeLines(Object.keys(exitCodes) as ExitCode[]).join('\n')}
`;

/** As in package.json: the programs that are started run on the same Node.js. */
const minNodeVersion = 24;

async function main([first = '--help', ...rest]: readonly string[]): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < minNodeVersion)
    throw new UsageError(`Node.js ${minNodeVersion} is needed, this is ${process.version}; npm start brings its own`);
  // It has programs to end first.
  if (first !== 'demo') endWithReader();
  if (['--help', '-h', 'help'].includes(first)) return void process.stdout.write(help);
  if (first === '--version') return void process.stdout.write(`${version}\n`);
  const run = Object.hasOwn(runs, first) ? runs[first] : undefined;
  if (run !== undefined) return run(rest);
  throw new UsageError(
    first.startsWith('-')
      ? `${unknownText('option', first, ['--help', '--version'])}\n${help}`
      : unknownText(
          'command',
          first,
          commandDescriptions.map(({ name }) => name),
        ),
  );
}

/** kubectl calls its plugin by another name where words are to be completed. */
function givenArguments(): string[] {
  const [, path = '', ...words] = process.argv;
  return basename(path) === kubectlCompletion ? [completeCommand, ...words] : words;
}

async function runComplete(words: readonly string[]): Promise<void> {
  const completion = complete(words, commandDescriptions);
  const { wanted, takesFiles } = completion;
  const names = wanted === undefined ? [] : await readNames(wanted.names);
  process.stdout.write(completionLines(candidatesFor(words, completion, names), takesFiles));
  // A server that still does not answer would keep the process, and with it whoever is at the cursor.
  if (wanted !== undefined) process.exit();
}

async function readNames(wanted: ClusterNames): Promise<string[]> {
  const { knownNames } = await import('./cluster/names.ts');
  return knownNames(wanted);
}

function runReasons(args: readonly string[]): void {
  const options = readReasonsOptions(args);
  if (isAnswered(options, reasonsCommand)) return;
  const { code, output } = options;
  if (output !== 'table') writeText(formatDocument(reasonsDocument(code), output));
  else if (code === undefined) print(...allReasonsText(outputColumns()));
  else print(...reasonText(explainedReason(code), outputColumns()));
}

async function runVersion(args: readonly string[]): Promise<void> {
  const options = readVersionOptions(args);
  if (isAnswered(options, versionCommand)) return;
  const { isClientAlone, output } = options;
  const own = { client: version, node: process.version };
  if (isClientAlone) return void printVersions({ ...own, cluster: undefined }, output);
  const progress = startLateProgress('reading the cluster …');
  const signal = stopOnInterrupt(progress.end);
  const onPods = (pods: number) => progress.show(`reading the cluster, ${pods} pods so far …`);
  try {
    const reader = await openCluster(options.target);
    const value = await readVersions(reader, { namespace: options.target.namespace, signal, onPods });
    progress.end();
    // A page that was still read would keep the process.
    process.exit(printVersions({ ...own, cluster: { isKnown: true, value } }, output));
  } catch (error) {
    progress.end();
    if (!(error instanceof ClusterError || error instanceof UsageError)) throw error;
    process.exitCode = printVersions({ ...own, cluster: { isKnown: false, why: error.message } }, output, error);
  }
}

function runCompletion(args: readonly string[]): void {
  const options = readCompletionOptions(args);
  if (isAnswered(options, completionCommand)) return;
  process.stdout.write(shellScript(options.shell));
}

async function runExplain(args: readonly string[]): Promise<void> {
  const options = readExplainOptions(args);
  if (isAnswered(options, explainCommand)) return;
  const progress = startLateProgress('looking up; some wait for timeouts …');
  try {
    const reader = options.pod === undefined ? undefined : await openCluster(options.target);
    if (reader !== undefined && options.pod?.isAskedInside === true) {
      exitOnInterrupt(progress.end);
      const place = { namespace: options.target.namespace ?? reader.namespace, name: options.pod.name };
      const traced = await traceInPod(reader, place, options.name);
      progress.end();
      process.exit(printTrace(options.isRedacted ? redactedTrace(traced) : traced, options, userFolder()));
    }
    const started = explain(options, {
      reader,
      folder: userFolder(),
      onDone: (done, total) => progress.show(`looking up, ${done} of ${total} done; some wait for timeouts …`),
    });
    // Standard input is read by now: until then the signal ends the program by itself.
    exitOnInterrupt(progress.end);
    const explanation = await started;
    progress.end();
    printExplanation(explanation, options, userFolder());
    // Sockets on which a silent server may still answer would keep the process.
    process.exit(explainExitCode(explanation, options));
  } finally {
    progress.end();
  }
}

async function runStatus(args: readonly string[]): Promise<void> {
  const options = readStatusOptions(args);
  if (isAnswered(options, statusCommand)) return;
  const progress = startLateProgress('reading the cluster …');
  const signal = stopOnInterrupt(progress.end);
  try {
    const reader = await openCluster(options.selection);
    const exitCode = await status(options, {
      ...{ reader, signal, now: Date.now },
      wait: (ms) => sleep(ms, undefined, { signal }).catch(() => {}),
      onPods: (pods) => progress.show(`reading the cluster, ${pods} pods so far …`),
      onRead: progress.end,
    });
    // A page that was still read would keep the process.
    process.exit(exitCode);
  } finally {
    progress.end();
  }
}

/** The client of the API server is large, and loaded where it is needed. */
async function openCluster(target: ClusterTarget): Promise<ClusterReader> {
  const { connectCluster } = await import('./cluster/connect.ts');
  return connectCluster(target);
}

async function runCheck(args: readonly string[]): Promise<void> {
  const options = readCheckOptions(args);
  if (isAnswered(options, checkCommand)) return;
  const { selection } = options;
  if (selection !== undefined) return runClusterCheck({ ...options, selection });
  const progress = startLateProgress('reading manifests …');
  try {
    const failures = createPlayedFailures(options);
    const result = check(options, userFolder(), { onFile: shownReading(progress), onPod: failures.addPod });
    // Until then nothing could be heard, and the signal ends the program by itself.
    const signal = stopOnInterrupt(progress.end);
    const played = await failures.play(progress.show, { signal });
    progress.end();
    const exitCode = printCheck(result, played, options);
    process.exitCode = signal.aborted ? exitCodes.interrupted : exitCode;
  } finally {
    progress.end();
  }
}

async function runClusterCheck(options: CheckOptions & { readonly selection: ClusterSelection }): Promise<void> {
  const progress = startLateProgress('reading the cluster …');
  const signal = stopOnInterrupt(progress.end);
  try {
    const failures = createPlayedFailures(options);
    const result = await checkCluster(options, {
      ...{ reader: await openCluster(options.selection), folder: userFolder(), signal },
      onPods: (pods) => progress.show(`reading the cluster, ${pods} pods so far …`),
      onPod: failures.addPod,
    });
    const played = signal.aborted ? undefined : await failures.play(progress.show, { signal });
    progress.end();
    const exitCode = printCheck(result, played, options);
    // A page that was still read would keep the process.
    process.exit(signal.aborted ? exitCodes.interrupted : exitCode);
  } finally {
    progress.end();
  }
}

function runInject(args: readonly string[]): void {
  const options = readInjectOptions(args);
  if (isAnswered(options, injectCommand)) return;
  finish((onFile) => inject(options, { folder: userFolder(), columns: outputColumns(), onFile }));
}

function runUninject(args: readonly string[]): void {
  const options = readUninjectOptions(args);
  if (isAnswered(options, uninjectCommand)) return;
  finish((onFile) => uninject(options, { folder: userFolder(), columns: outputColumns(), onFile }));
}

/** A file of so many characters takes a second. */
const longText = 200_000;

function shownReading(progress: LateProgress): OnFile {
  return ({ done, total, length }) => {
    const text = total === 1 ? 'reading manifests …' : `reading manifests, ${done} of ${total} files done …`;
    progress.show(text, length > longText);
  };
}

function finish(run: (onFile: OnFile) => Outcome): void {
  const progress = startLateProgress('reading manifests …');
  let outcome: Outcome;
  try {
    outcome = run(shownReading(progress));
  } finally {
    progress.end();
  }
  printOutcome(outcome);
  process.exitCode = outcome.exitCode;
}

function isAnswered(asked: object | 'help' | 'version', command: CommandDescription): asked is 'help' | 'version' {
  if (asked === 'help') process.stdout.write(commandHelp(command, outputColumns()));
  else if (asked === 'version') process.stdout.write(`${version}\n`);
  return typeof asked === 'string';
}

async function demo(args: readonly string[]): Promise<void> {
  const options = readDemoOptions(args, userFolder());
  if (options === 'help') return void process.stdout.write(demoHelp(outputColumns()));
  if (options === 'version') return void process.stdout.write(`${version}\n`);
  const isInside = options.real && isInPrivateNetwork();
  if (options.real && !isInside) {
    process.exitCode = await runInPrivateNetwork(options.nameserver ?? defaultNameserver);
    return;
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.once('SIGHUP', resolve);
    // Whoever reads may go away (`| head`); the programs must not stay behind.
    process.stdout.on('error', () => resolve());
    if (isInside) void outerDemoGone().then(resolve);
    if (process.env['npm_lifecycle_event'] !== undefined) void npmGone().then(resolve);
  });
  const exitCode = await runDemo(options, programFolder(), stopped);
  // Lookups that still wait for a timeout would keep the process.
  process.exit(exitCode);
}

const lookMs = 300;

function npmGone(): Promise<void> {
  const begun = ancestors();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (ancestors() === begun) return;
      clearInterval(timer);
      resolve();
    }, lookMs);
    timer.unref();
  });
}

/** The bundles lie beside the command line's own; from the sources they lie in `dist`. */
function programFolder(): string {
  const own = dirname(realpathSync(process.argv[1] ?? ''));
  return existsSync(join(own, 'sidecar.cjs')) ? own : join(own, '..', 'dist');
}

// Behind all constants, which it uses.
main(givenArguments()).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`alpine-resolver: ${message.split('\n').map(printable).join('\n')}\n`);
  process.exitCode = faultExitCode(error);
});
