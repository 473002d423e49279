/** The programs of the cluster, Kubernetes and CoreDNS, built from the two Go modules here. */
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { programsFolder } from '../support/machine/paths.ts';
import { buildGoModules, corednsModule, describeGoModule, type GoModule } from '../support/programs/go-modules.ts';

export interface Programs {
  readonly kubernetesFolder: string;
  readonly coredns: string;
  readonly kubernetesVersion: string;
}

export async function buildPrograms(): Promise<Programs> {
  const kubernetes = await describeGoModule('kubernetes', 'k8s.io/kubernetes');
  const coredns = await corednsModule();
  const modules = [kubernetes, coredns];
  await buildGoModules(modules, ({ name, version }) =>
    name === 'kubernetes' ? kubernetesLinkerFlags(version) : '-s -w',
  );
  await removeOldVersions(modules);
  return {
    kubernetesFolder: kubernetes.folder,
    coredns: join(coredns.folder, 'coredns'),
    kubernetesVersion: kubernetes.version,
  };
}

/** Without these, Kubernetes calls itself v0.0.0-master and refuses its own feature gates. */
function kubernetesLinkerFlags(version: string): string {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const variable = (name: string, value: string) =>
    `-X k8s.io/component-base/version.${name}=${value} -X k8s.io/client-go/pkg/version.${name}=${value}`;
  return ['-s -w', variable('gitVersion', version), variable('gitMajor', major), variable('gitMinor', minor)].join(' ');
}

async function removeOldVersions(modules: readonly GoModule[]): Promise<void> {
  const wanted = new Set(modules.map((module) => basename(module.folder)));
  for (const name of await readdir(programsFolder)) {
    if (!wanted.has(name)) await rm(join(programsFolder, name), { recursive: true, force: true });
  }
}
