/** All commands, once: the help of all, completion, the man page and docs/cli.md derive from it. */
import { checkCommand } from './check/options.ts';
import { demoCommand } from './demo/options.ts';
import { explainCommand } from './explain/options.ts';
import { injectCommand, uninjectCommand } from './inject/options.ts';
import { completionCommand, reasonsCommand } from './reference/options.ts';
import { statusCommand } from './status/options.ts';
import { versionCommand } from './version/options.ts';
import type { CommandDescription } from './terminal/command-help.ts';

export const commandDescriptions: readonly CommandDescription[] = [
  demoCommand,
  explainCommand,
  checkCommand,
  injectCommand,
  uninjectCommand,
  statusCommand,
  reasonsCommand,
  versionCommand,
  completionCommand,
];
