/** Programs in C that load and measure: compiled once for each state of their sources, into `.cache/load`. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { projectFolder } from '../machine/paths.ts';
import { madeOnce, shortHash } from '../machine/made-once.ts';
import { installedCommands } from '../machine/debian-install.ts';

/** @param source a C file; returns the program */
export async function compiled(source: string, compiler: readonly string[] = ['gcc']): Promise<string> {
  const [command = 'gcc', ...flags] = compiler;
  const missing = await installedCommands({ [command]: command === 'gcc' ? 'gcc' : 'musl-tools', ...headers });
  if (missing.length > 0) throw new Error(`not installed, and not installable here: ${missing.join(', ')}`);
  const name = basename(source, '.c');
  const text = await readFile(source, 'utf8');
  const make = async (folder: string): Promise<void> => {
    await runCommand(command, [...flags, '-O2', '-Wall', '-o', join(folder, name), source]);
  };
  const cache = join(projectFolder, '.cache', 'load');
  return join(await madeOnce(`${name}-${shortHash(text, ...compiler)}`, make, cache), name);
}

const headers = { '/usr/include/stdio.h': 'libc6-dev' };
