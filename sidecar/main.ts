/** The sidecar's program: the only place here that reads the process. */
import { hostname } from 'node:os';
import { runProgram } from '../shared/program/run.ts';
import { readSidecarEnvironment, type OldVariableNotice } from '../shared/settings/read-old-variables.ts';
import { sidecarSettings } from '../shared/settings/settings.ts';
import { inheritedSockets, isForDns, socketVariables } from './decide/configuration/inherited-sockets.ts';
import { settingFaults } from './decide/configuration/setting-faults.ts';
import { createSidecar } from './sidecar.ts';

const sockets = inheritedSockets(process.env, process.pid);
// Programs that this one starts have none of its sockets.
for (const name of socketVariables) delete process.env[name];

/** Told when there is a log. */
let notices: readonly OldVariableNotice[] = [];

void runProgram(
  {
    help: {
      name: 'sidecar',
      purpose: 'answers the DNS queries of the pod as glibc would resolve them',
      settings: sidecarSettings,
      startFailure: 'when an address cannot be bound',
    },
    readSettings(environment) {
      const read = readSidecarEnvironment(environment);
      notices = read.notices;
      return read;
    },
    settingFaults: (settings) => settingFaults(settings, { inherits: sockets.some(isForDns) }),
    create(settings, log) {
      for (const { name, message } of notices) log.warn('old-variable', { variable: name, message });
      return createSidecar({
        settings,
        sockets,
        log,
        now: () => performance.now(),
        wallNow: Date.now,
        hostName: hostname,
        residentMemoryBytes: () => process.memoryUsage.rss(),
      });
    },
  },
  process,
);
