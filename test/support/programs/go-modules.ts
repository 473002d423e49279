/**
 * Programs of Go modules, built from source: no image registry and no download site is needed. What is built is decided by the
 * `go.mod` in the module's folder; the result is kept under its version, and under a digest of all that it depends on.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run, tryRun } from '../machine/command.ts';
import { clusterCacheFolder, clusterFolder, goFolder, logsFolder, programsFolder } from '../machine/paths.ts';
import { step } from '../machine/steps.ts';
import { locked } from '../machine/made-once.ts';

export interface GoModule {
  readonly name: string;
  readonly version: string;
  readonly packages: readonly string[];
  /** Folder of the finished programs: new when the version or any dependency changes. */
  readonly folder: string;
}

/** Builds what is not there yet. `linkerFlags`: for each module. */
export async function buildGoModules(
  modules: readonly GoModule[],
  linkerFlags: (module: GoModule) => string = () => '-s -w',
): Promise<void> {
  if (missingPrograms(modules).length === 0) return;
  await requireGo();
  await locked('go-modules', () => buildMissing(modules, linkerFlags), clusterCacheFolder);
}

/** CoreDNS alone, as the cluster runs it. */
export async function buildCoredns(): Promise<{ readonly program: string; readonly version: string }> {
  const module = await corednsModule();
  await buildGoModules([module]);
  return { program: join(module.folder, 'coredns'), version: module.version };
}

export function corednsModule(): Promise<GoModule> {
  return describeGoModule('coredns', 'github.com/coredns/coredns');
}

/** @param name folder below `test/cluster` */
export async function describeGoModule(name: string, modulePath: string): Promise<GoModule> {
  const folder = join(clusterFolder, name);
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
  const goSum = await readFile(join(folder, 'go.sum'), 'utf8');
  const version = new RegExp(`^(?:require)?\\s+${modulePath} (v\\S+)`, 'm').exec(goMod)?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${modulePath}`);
  const packages = [...goMod.matchAll(/^(?:tool)?\s+(\S+\/cmd\/\S+|github\.com\/coredns\/coredns)$/gm)].map(
    (match) => match[1] ?? '',
  );
  const digest = createHash('sha256').update(goMod).update(goSum).digest('hex').slice(0, 8);
  return { name, version, packages, folder: join(programsFolder, `${name}-${version}-${digest}`) };
}

/** Highest `go` line of the modules: CoreDNS 1.15 needs 1.26. */
const neededGo = { major: 1, minor: 26 };

function missingPrograms(modules: readonly GoModule[]) {
  return modules.flatMap((module) =>
    module.packages
      .filter((path) => !existsSync(join(module.folder, basename(path))))
      .map((path) => ({ module, path })),
  );
}

async function buildMissing(modules: readonly GoModule[], linkerFlags: (module: GoModule) => string): Promise<void> {
  const missing = missingPrograms(modules);
  for (const { module, path } of missing) await buildProgram(module, path, linkerFlags(module));
  // Sources and intermediate results take ten times the place of the programs.
  if (missing.length > 0) await rm(goFolder, { recursive: true, force: true });
}

async function buildProgram(module: GoModule, path: string, linkerFlags: string): Promise<void> {
  const target = join(module.folder, basename(path));
  await mkdir(module.folder, { recursive: true });
  await mkdir(logsFolder, { recursive: true });
  const env = await goEnvironment(module);
  await step(`build ${basename(path)} ${module.version} (once)`, () =>
    run(
      'go',
      ['build', '-p=2', '-mod=readonly', '-trimpath', `-ldflags=${linkerFlags}`, '-o', `${target}.part`, path],
      {
        cwd: join(clusterFolder, module.name),
        env,
        logFile: join(logsFolder, `build-${basename(path)}.log`),
      },
    ),
  );
  await rename(`${target}.part`, target);
}

async function goEnvironment(module: GoModule): Promise<Record<string, string>> {
  const settings = await run('go', ['env', 'GOENV']);
  return {
    // CoreDNS runs in an image that holds nothing else.
    CGO_ENABLED: module.name === 'coredns' ? '0' : '1',
    GOFLAGS: '-buildvcs=false -modcacherw',
    GOMODCACHE: join(goFolder, 'mod'),
    GOCACHE: join(goFolder, 'build'),
    GOWORK: 'off',
    // The go command keeps counters in the user's configuration folder; its settings there still count.
    XDG_CONFIG_HOME: join(goFolder, 'config'),
    GOENV: settings.stdout.trim(),
  };
}

async function requireGo(): Promise<void> {
  const advice =
    `Building Kubernetes and CoreDNS needs Go ${neededGo.major}.${neededGo.minor} or newer on the PATH. ` +
    'Get it from https://go.dev/dl/ (or a package of your system that is new enough) and run this again.';
  const answer = await tryRun('go', ['env', 'GOVERSION']).catch(() => undefined);
  if (answer === undefined || answer.code !== 0) throw new Error(`Go is missing. ${advice}`);
  const found = /^go(\d+)\.(\d+)/.exec(answer.stdout.trim());
  const major = Number(found?.[1] ?? 0);
  const minor = Number(found?.[2] ?? 0);
  if (major < neededGo.major || (major === neededGo.major && minor < neededGo.minor)) {
    throw new Error(`Go is too old: ${answer.stdout.trim()}. ${advice}`);
  }
}
