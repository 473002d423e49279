/** The command line: the same pure code as the programs, for people. The only file here that reads the arguments. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from '../shared/version.ts';
import { unknownText } from './arguments.ts';
import { runDemo } from './demo/demo.ts';
import { demoHelp, readDemoOptions } from './demo/options.ts';
import { isInPrivateNetwork, runInPrivateNetwork } from './demo/private-network.ts';
import { UsageError } from './usage-error.ts';

/** sysexits.h: EX_USAGE. */
const exitCodes = { failure: 1, usage: 64 };

interface Command {
  readonly summary: string;
  run(args: readonly string[]): Promise<void>;
}

const commands: Readonly<Record<string, Command>> = {
  demo: { summary: 'runs both programs on loopback and shows what they do', run: demo },
};

const help = `alpine-resolver ${version}: makes every container of a pod resolve names as glibc does

Usage: alpine-resolver COMMAND [options]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`)
  .join('')}
  --help     this text, or with a command its options
  --version  the version
`;

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`alpine-resolver: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failure;
});

/** As in package.json: the programs that are started run on the same Node.js. */
const leastNodeVersion = 24;

async function main([first, ...rest]: readonly string[]): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < leastNodeVersion)
    throw new Error(`Node.js ${leastNodeVersion} is needed, this is ${process.version}; npm start brings its own`);
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return void process.stdout.write(help);
  if (first === '--version') return void process.stdout.write(`${version}\n`);
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command === undefined)
    throw new UsageError(
      first.startsWith('-')
        ? `${unknownText('option', first, ['--help', '--version'])}\n${help}`
        : unknownText('command', first, Object.keys(commands)),
    );
  await command.run(rest);
}

async function demo(args: readonly string[]): Promise<void> {
  const options = readDemoOptions(args);
  if (options === undefined) return void process.stdout.write(demoHelp);
  if (options.real && !isInPrivateNetwork()) {
    process.exitCode = await runInPrivateNetwork();
    return;
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.once('SIGHUP', resolve);
    // Whoever reads may go away (`| head`); the programs must not stay behind.
    process.stdout.on('error', () => resolve());
  });
  await runDemo(options, programFolder(), stopped);
  // Lookups that still wait for a timeout would keep the process.
  process.exit();
}

/** The bundles lie beside the command line's own; from the sources they lie in `dist`. */
function programFolder(): string {
  const own = dirname(realpathSync(process.argv[1] ?? ''));
  return existsSync(join(own, 'sidecar.cjs')) ? own : join(own, '..', 'dist');
}
