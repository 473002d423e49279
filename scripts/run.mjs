/**
 * `node scripts/run.mjs SCRIPT ARGS`: runs a script on the Node.js that the project has among its packages. npm 9 does not put
 * it on the path of npm's scripts; then the link that is missing is made, and the script begins anew on it. This file is
 * plain JavaScript of any age, because an older Node.js reads it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const leastMajor = 24;
const parentWatchMs = 500;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [script = '', ...args] = process.argv.slice(2);

if (Number(process.versions.node.split('.')[0]) >= leastMajor) {
  const file = resolve(root, script);
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
} else if (existsSync(nodeOfPackages())) {
  runAnew();
} else {
  console.error(
    `This needs Node.js ${leastMajor}; it runs on ${process.version}, and the packages hold none for ${process.platform} ${process.arch}. Install Node.js ${leastMajor}, or run npm ci.`,
  );
  process.exitCode = 1;
}

function nodeOfPackages() {
  return join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
}

function runAnew() {
  const folder = join(root, 'node_modules', '.bin');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node'))) symlinkSync(nodeOfPackages(), join(folder, 'node'));
  const child = spawn(nodeOfPackages(), [fileURLToPath(import.meta.url), script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Whoever began this may be gone without a word.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), parentWatchMs);
  child.on('exit', (code, signal) => {
    clearInterval(watch);
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
