/**
 * Builds Kubernetes and CoreDNS from their Go modules: no image registry and no download site is needed.
 * What is built is decided by the two `go.mod` files here; the result is kept under their versions.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run, tryRun } from '../support/machine/command.ts';
import { clusterFolder, goFolder, logsFolder, programsFolder } from '../support/machine/paths.ts';
import { step } from '../support/machine/steps.ts';

export interface Programs {
  readonly kubernetesFolder: string;
  readonly coredns: string;
  readonly kubernetesVersion: string;
}

/** Highest `go` line of the two modules: CoreDNS 1.15 needs 1.26. */
const neededGo = { major: 1, minor: 26 };

interface Module {
  readonly name: string;
  readonly version: string;
  readonly packages: readonly string[];
  /** Folder of the finished programs: new when the version or any dependency changes. */
  readonly folder: string;
  readonly linkerFlags: string;
}

export async function buildPrograms(): Promise<Programs> {
  const kubernetes = await describeModule('kubernetes', 'k8s.io/kubernetes');
  const coredns = await describeModule('coredns', 'github.com/coredns/coredns');
  const modules = [kubernetes, coredns];
  const missing = modules.flatMap((module) =>
    module.packages
      .filter((path) => !existsSync(join(module.folder, basename(path))))
      .map((path) => ({ module, path })),
  );
  if (missing.length > 0) await requireGo();
  for (const { module, path } of missing) await buildProgram(module, path);
  // Sources and intermediate results take ten times the place of the programs.
  if (missing.length > 0) await rm(goFolder, { recursive: true, force: true });
  await removeOldVersions(modules);
  return {
    kubernetesFolder: kubernetes.folder,
    coredns: join(coredns.folder, 'coredns'),
    kubernetesVersion: kubernetes.version,
  };
}

async function buildProgram(module: Module, path: string): Promise<void> {
  const target = join(module.folder, basename(path));
  await mkdir(module.folder, { recursive: true });
  await mkdir(logsFolder, { recursive: true });
  const env = await goEnvironment(module);
  await step(`build ${basename(path)} ${module.version} (once)`, () =>
    run(
      'go',
      ['build', '-p=2', '-mod=readonly', '-trimpath', `-ldflags=${module.linkerFlags}`, '-o', `${target}.part`, path],
      {
        cwd: join(clusterFolder, module.name),
        env,
        logFile: join(logsFolder, `build-${basename(path)}.log`),
      },
    ),
  );
  await rename(`${target}.part`, target);
}

async function describeModule(name: string, modulePath: string): Promise<Module> {
  const folder = join(clusterFolder, name);
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
  const goSum = await readFile(join(folder, 'go.sum'), 'utf8');
  const version = new RegExp(`^(?:require)?\\s+${modulePath} (v\\S+)`, 'm').exec(goMod)?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${modulePath}`);
  const packages = [...goMod.matchAll(/^(?:tool)?\s+(\S+\/cmd\/\S+|github\.com\/coredns\/coredns)$/gm)].map(
    (match) => match[1] ?? '',
  );
  const digest = createHash('sha256').update(goMod).update(goSum).digest('hex').slice(0, 8);
  return {
    name,
    version,
    packages,
    folder: join(programsFolder, `${name}-${version}-${digest}`),
    linkerFlags: name === 'kubernetes' ? kubernetesLinkerFlags(version) : '-s -w',
  };
}

/** Without these, Kubernetes calls itself v0.0.0-master and refuses its own feature gates. */
function kubernetesLinkerFlags(version: string): string {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const variable = (name: string, value: string) =>
    `-X k8s.io/component-base/version.${name}=${value} -X k8s.io/client-go/pkg/version.${name}=${value}`;
  return ['-s -w', variable('gitVersion', version), variable('gitMajor', major), variable('gitMinor', minor)].join(' ');
}

async function goEnvironment(module: Module): Promise<Record<string, string>> {
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

async function removeOldVersions(modules: readonly Module[]): Promise<void> {
  const wanted = new Set(modules.map((module) => basename(module.folder)));
  for (const name of await readdir(programsFolder)) {
    if (!wanted.has(name)) await rm(join(programsFolder, name), { recursive: true, force: true });
  }
}
