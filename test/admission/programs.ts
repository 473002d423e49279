/** Builds the programs in Go that hold the API server's own code. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run, tryRun } from '../support/machine/command.ts';
import { step } from '../support/machine/steps.ts';

/** The API server's own code, built once for each version that a module file of `chain/` pins. */
export interface ChainProgram {
  /** `v1.34.4` */
  readonly version: string;
  readonly minor: number;
  readonly path: string;
}

const chainFolder = join(import.meta.dirname, 'chain');
const programsFolder = join(import.meta.dirname, '../../.cache/admission');

/** Oldest supported, the one of the cluster tests, and the newest released. */
const moduleFiles = ['kubernetes-1.29.mod', 'go.mod', 'kubernetes-1.37.mod'] as const;

/** Highest `go` line of the modules. */
const neededGo = { major: 1, minor: 26 };

/** Why nothing can be built here; undefined if it can. */
export async function missingGo(): Promise<string | undefined> {
  const answer = await tryRun('go', ['env', 'GOVERSION']).catch(() => undefined);
  const found = /^go(\d+)\.(\d+)/.exec(answer?.stdout.trim() ?? '');
  const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  if (major > neededGo.major || (major === neededGo.major && minor >= neededGo.minor)) return undefined;
  return `Go ${neededGo.major}.${neededGo.minor} or newer is needed (https://go.dev/dl/), ${found ? `found ${found[0]}` : 'and there is none'}`;
}

/** Those whose version begins with `chosen`. */
export async function buildPrograms(chosen: string): Promise<ChainProgram[]> {
  const programs = moduleFiles.map(describe);
  await mkdir(programsFolder, { recursive: true });
  const built = programs.filter(({ version }) => version.startsWith(chosen));
  for (const program of built) if (!existsSync(program.path)) await build(program);
  const wanted = new Set(programs.map(({ path }) => path));
  for (const name of await readdir(programsFolder)) {
    const path = join(programsFolder, name);
    if (name.startsWith('chain-') && !wanted.has(path)) await rm(path);
  }
  return built;
}

interface Described extends ChainProgram {
  readonly moduleFile: string;
}

function describe(moduleFile: string): Described {
  const text = readFileSync(join(chainFolder, moduleFile), 'utf8');
  const version = /^(?:require)?\s+k8s\.io\/kubernetes (v1\.(\d+)\.\d+)$/m.exec(text);
  if (!version?.[1]) throw new Error(`${moduleFile} does not require k8s.io/kubernetes`);
  const sources = readdirSync(chainFolder).filter((name) => name.endsWith('.go'));
  const digest = createHash('sha256').update(text);
  for (const name of [moduleFile.replace(/mod$/, 'sum'), ...sources])
    digest.update(readFileSync(join(chainFolder, name)));
  const name = `chain-${version[1]}-${digest.digest('hex').slice(0, 12)}`;
  return { version: version[1], minor: Number(version[2]), path: join(programsFolder, name), moduleFile };
}

async function build({ version, minor, path, moduleFile }: Described): Promise<void> {
  const names = { gitVersion: version, gitMajor: '1', gitMinor: String(minor) };
  // Without these it calls itself v0.0.0-master.
  const variables = Object.entries(names).flatMap(([name, value]) =>
    ['component-base/version', 'client-go/pkg/version'].map((place) => `-X k8s.io/${place}.${name}=${value}`),
  );
  const flags = ['-trimpath', `-modfile=${moduleFile}`, '-mod=readonly', `-ldflags=-s -w ${variables.join(' ')}`];
  await step(`build the admission chain of Kubernetes ${version} (once)`, () =>
    run('go', ['build', ...flags, '-o', `${path}.part`, '.'], { cwd: chainFolder }),
  );
  await rename(`${path}.part`, path);
}
