/** What the page has its reader type, on Docker itself; and which set-ups show the sidecar its client. */
import { readFileSync } from 'node:fs';
import { runCommand } from '../../support/machine/command.ts';
import { projectFolder } from '../../support/machine/paths.ts';
import { ask, described } from '../../support/wire/ask.ts';
import type { Checks } from '../checks.ts';
import { shellBlocks } from '../page.ts';
import { proveCompose } from './compose.ts';
import { proveDaemon } from './daemon.ts';
import { proveLan } from './lan.ts';
import { proveSetUps } from './set-ups.ts';
import { endSidecar, untilReady } from './sidecar.ts';
import type { RunningEngine } from './start.ts';

export async function proveEngine(docker: RunningEngine, checks: Checks): Promise<void> {
  await proveFirst(checks);
  await proveWithoutRoot(checks);
  await proveApi(checks);
  await endSidecar();
  await proveCompose(checks);
  await proveSetUps(checks);
  await proveLan(checks);
  await proveDaemon(docker, checks);
}

const works = 'It works\n';

/** Gives what the last command prints; before it the sidecar has become ready, for which its reader would wait, too. */
async function follow(block: readonly string[]): Promise<string> {
  // A command goes on where its line ends with a backslash.
  const commands = block.join('\n').split(/(?<!\\)\n(?! )/);
  const last = commands.pop() ?? '';
  await shell(commands.join('\n'));
  await untilReady();
  return shell(last);
}

const shell = (script: string): Promise<string> => runCommand('sh', ['-euc', script], { cwd: projectFolder });

async function proveFirst(checks: Checks): Promise<void> {
  const [first = []] = shellBlocks('docs/docker.md');
  checks.same('the first lines of the page', await follow(first), works);
  checks.same(
    'another name',
    described(await ask('known.test', { port: 53, host: '172.17.0.1' })),
    'NOERROR A 192.0.2.77',
  );
  await endSidecar();
}

async function proveWithoutRoot(checks: Checks): Promise<void> {
  const [second = []] = shellBlocks('docs/docker.md', 'Ways to run');
  checks.same('without root', await follow(second), works);
  const shown = await runCommand('docker', ['inspect', '--format', '{{.State.Pid}} {{.Config.User}}', 'dns']);
  const [pid = '', user = ''] = shown.trim().split(' ');
  checks.same('its user', user, '65532:65532');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  checks.same('it has no capability', /^CapEff:\s+(\S+)/m.exec(status)?.[1] ?? '', '0000000000000000');
  await endSidecar();
}

async function proveApi(checks: Checks): Promise<void> {
  const [api = []] = shellBlocks('docs/docker.md', 'HTTP API and web page');
  checks.same('with the API', /"Id":"\w+"/.exec(await follow(api))?.[0] ?? 'nothing', '"Id":"printer"');
  const asked = async (): Promise<string> => described(await ask('print.lan', { port: 53, host: '172.17.0.1' }));
  checks.same('what was made by hand is answered for', await asked(), 'NOERROR A 10.0.0.9');
  await runCommand('docker', ['restart', 'dns']);
  await untilReady();
  checks.same('after a restart, too', await asked(), 'NOERROR A 10.0.0.9');
}
