/** The webhook's program: the only place that reads arguments, environment and signals. */
import { monotonicClock } from '../shared/program/clock.ts';
import { exitCodes, readCommandLine } from '../shared/program/command-line.ts';
import { runLifecycle } from '../shared/program/lifecycle.ts';
import { describeError } from '../shared/report/log.ts';
import { createOutputLog } from '../shared/report/output-log.ts';
import { readEnvironment } from '../shared/settings/read-settings.ts';
import { webhookSettings } from '../shared/settings/settings.ts';
import { createWebhook, settingFaults } from './webhook.ts';

const command = readCommandLine(process.argv.slice(2), {
  name: 'webhook',
  purpose: 'injects the sidecar into Alpine pods of namespaces that opted in',
  settings: webhookSettings,
  startFailure: 'when an address cannot be bound or the cluster not be joined',
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
  const { values: settings, issues } = readEnvironment(webhookSettings, process.env);
  const faults = [...issues.map((issue) => issue.message), ...settingFaults(settings)];
  if (faults.length > 0) {
    process.stderr.write(faults.map((fault) => `${fault}\n`).join(''));
    process.exitCode = exitCodes.configuration;
    return;
  }

  const log = createOutputLog({ level: settings.logLevel, output: process.stdout, now: Date.now });

  let isStarted = false;
  const unforeseen = (error: unknown): void => {
    log.error('fault', { error });
    // Once it serves, one broken request must not take the others with it.
    if (!isStarted) process.exit(exitCodes.fault);
  };
  process.on('uncaughtException', unforeseen);
  process.on('unhandledRejection', unforeseen);

  const webhook = createWebhook({
    settings,
    log,
    clock: monotonicClock,
    wallClock: Date.now,
    residentMemoryBytes: () => process.memoryUsage.rss(),
  });
  runLifecycle({
    parts: webhook.parts,
    log,
    signals: process,
    exit: (code) => process.exit(code),
    onStopping: webhook.stopping,
    drainMs: settings.drainSeconds * 1000,
  }).then(
    () => {
      isStarted = true;
    },
    (error: Error) => {
      const reason = describeError(error.cause ?? error);
      process.stderr.write(`${error.message}: ${String(reason['message'])}\n`);
      process.exit(exitCodes.start);
    },
  );
}
