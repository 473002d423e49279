/** The webhook's program: the only place here that reads the process. */
import { monotonicClock } from '../shared/program/clock.ts';
import { runProgram } from '../shared/program/run.ts';
import { readEnvironment } from '../shared/settings/read-settings.ts';
import { webhookSettings } from '../shared/settings/settings.ts';
import { createWebhook, settingFaults } from './webhook.ts';

void runProgram(
  {
    help: {
      name: 'webhook',
      purpose: 'injects the sidecar into Alpine pods of namespaces that opted in',
      settings: webhookSettings,
      startFailure: 'when an address cannot be bound or the cluster not be joined',
    },
    readSettings: (environment) => readEnvironment(webhookSettings, environment),
    settingFaults,
    create: (settings, log) =>
      createWebhook({
        settings,
        log,
        clock: monotonicClock,
        wallClock: Date.now,
        residentMemoryBytes: () => process.memoryUsage.rss(),
      }),
  },
  process,
);
