/** The sidecar's program: the only place that reads arguments, environment and signals. */
import { hostname } from 'node:os';
import { exitCodes, readCommandLine } from '../shared/program/command-line.ts';
import { runLifecycle } from '../shared/program/lifecycle.ts';
import { describeError } from '../shared/report/log.ts';
import { createOutputLog } from '../shared/report/output-log.ts';
import { readEnvironment } from '../shared/settings/read-settings.ts';
import { sidecarSettings } from '../shared/settings/settings.ts';
import { settingFaults } from './decide/configuration/configuration.ts';
import { createSidecar } from './sidecar.ts';

const command = readCommandLine(process.argv.slice(2), {
  name: 'sidecar',
  purpose: 'answers the DNS queries of the pod as glibc would resolve them',
  settings: sidecarSettings,
  startFailure: 'when an address cannot be bound',
});
switch (command.do) {
  case 'print':
    process.stdout.write(command.text);
    break;
  case 'refuse':
    process.stderr.write(command.text);
    process.exitCode = exitCodes.usage;
    break;
  case 'run':
    run();
    break;
}

function run(): void {
  const { values: settings, issues } = readEnvironment(sidecarSettings, process.env);
  const faults = [...issues.map((issue) => issue.message), ...settingFaults(settings)];
  if (faults.length > 0) {
    process.stderr.write(faults.map((fault) => `${fault}\n`).join(''));
    process.exitCode = exitCodes.configuration;
    return;
  }

  const log = createOutputLog({ level: settings.logLevel, output: process.stdout, now: Date.now });

  const sidecar = createSidecar({
    settings,
    log,
    now: () => performance.now(),
    hostName: hostname,
    residentMemoryBytes: () => process.memoryUsage.rss(),
  });
  let started = false;
  const unforeseen = (error: unknown): void => {
    sidecar.reportFault(error);
    // Once it serves, one broken query must not take the others with it.
    if (!started) process.exit(exitCodes.fault);
  };
  process.on('uncaughtException', unforeseen);
  process.on('unhandledRejection', unforeseen);

  runLifecycle({
    parts: sidecar.parts,
    log,
    signals: process,
    exit: (code) => process.exit(code),
    onStopping: sidecar.stopping,
    drainMs: settings.drainSeconds * 1000,
  }).then(
    () => {
      started = true;
    },
    (error: Error) => {
      const reason = describeError(error.cause ?? error);
      process.stderr.write(`${error.message}: ${String(reason['message'])}\n`);
      process.exit(exitCodes.start);
    },
  );
}
