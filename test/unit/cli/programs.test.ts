/** The demo's programs: when they are ready. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram, type Program } from '../../../cli/demo/programs.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

/** A program that logs these events, all in one write, and goes on. */
function startLogging(events: readonly string[]): Program {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const text = events.map((event) => `${JSON.stringify({ event })}\n`).join('');
  const source = `process.stdout.write(${JSON.stringify(text)}); setInterval(() => undefined, 1000);`;
  writeFileSync(join(folder, 'sidecar.cjs'), source);
  const program = startProgram(folder, 'sidecar', {});
  cleanUps.unshift(program.stop);
  return program;
}

const chatter = Array.from({ length: 100 }, (_, index) => `other-${index}`);

test('readiness is seen after many other lines, and before many others', async () => {
  const program = startLogging([...chatter, 'listening', ...chatter, 'ready', ...chatter]);
  expect(await program.logged(({ event }) => event === 'listening')).toEqual({ event: 'listening' });
  expect(await program.logged(({ event }) => event === 'ready')).toEqual({ event: 'ready' });
});
