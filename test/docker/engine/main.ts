/** Runs in namespaces of its own: Docker itself. */
import { writeFileSync } from 'node:fs';
import { runCommand, tryRun } from '../../support/machine/command.ts';
import { createChecks } from '../checks.ts';
import { prepareMachine } from '../podman.ts';
import { startUpstream, upstreamAddress } from '../upstream.ts';
import { proveEngine } from './prove.ts';
import type { Engine } from './stage.ts';
import { engineLog, startEngine } from './start.ts';

const engine = JSON.parse(process.env['DOCKER_ENGINE'] ?? '{}') as Engine;
const checks = createChecks();
try {
  await prepareMachine();
  for (const path of ['/etc', '/var']) await layOver(path);
  writeFileSync('/run/resolv.conf', `nameserver ${upstreamAddress}\n`);
  await runCommand('mount', ['--bind', '/run/resolv.conf', '/etc/resolv.conf']);
  const upstream = await startUpstream();
  const docker = await startEngine(engine);
  try {
    await proveEngine(docker, checks);
  } catch (error) {
    fail(error);
    for (const command of ['docker ps -a', 'docker logs dns', `tail -n 5 ${engineLog}`]) {
      const { stdout, stderr } = await tryRun('sh', ['-c', command]);
      console.log(stdout + stderr);
    }
  } finally {
    await docker.stop();
    upstream.close();
  }
} catch (error) {
  fail(error);
}
process.exit(checks.end());

function fail(error: unknown): void {
  checks.fail('the proof itself', String(error instanceof Error ? error.stack : error));
}

/** What the page has its reader write is gone with the world. */
async function layOver(path: string): Promise<void> {
  const [upper, work] = ['upper', 'work'].map((name) => `/run/layers${path}/${name}`);
  await runCommand('mkdir', ['-p', `${upper}`, `${work}`]);
  await runCommand('mount', [
    '-t',
    'overlay',
    'overlay',
    '-o',
    `lowerdir=${path},upperdir=${upper},workdir=${work}`,
    path,
  ]);
}
