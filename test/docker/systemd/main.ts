/** Runs on the machine with systemd. */
import { tryRun } from '../../support/machine/command.ts';
import { createChecks } from '../checks.ts';
import { proveSystemd } from './prove.ts';
import { keepUnitLog, unitLog } from './set-up.ts';

const checks = createChecks();
keepUnitLog();
try {
  await proveSystemd(process.argv[2] ?? '', checks);
} catch (error) {
  checks.fail('the proof itself', String(error instanceof Error ? error.stack : error));
  for (const command of ['systemctl status --no-pager --full alpine-resolver', `tail -n 40 ${unitLog}`])
    console.log((await tryRun('sh', ['-c', command])).stdout);
}
process.exit(checks.end());
