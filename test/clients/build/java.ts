/** The Java program, compiled by the machine's JDK. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../support/machine/command.ts';
import { built } from '../../support/programs/builds.ts';
import { clientPrograms } from './sources.ts';

export async function buildJava(): Promise<string[]> {
  const source = join(clientPrograms, 'Lookup.java');
  const version = await runCommand('javac', ['--version']);
  const folder = await built('java', [await readFile(source, 'utf8'), version], async (draft) => {
    await runCommand('javac', ['-d', draft, source]);
  });
  // Short runs: the small compiler and collector start faster.
  return ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', folder, 'Lookup'];
}
