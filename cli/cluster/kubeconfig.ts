/** The kubeconfig, read as kubectl reads it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findHomeDir, KubeConfig } from '@kubernetes/client-node';
import { kubeconfigFiles } from '../terminal/kubeconfig-files.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { kubeconfigFault } from './kubeconfig-fault.ts';

/** @param file that is asked for; undefined: those of KUBECONFIG, or what there is without it */
export function readKubeConfig(file: string | undefined): KubeConfig {
  try {
    if (file !== undefined) return fromFile(file);
    const files = kubeconfigFiles();
    return files === undefined ? byDefault() : merged(files);
  } catch (error) {
    throw new UsageError(`the kubeconfig cannot be read: ${(error as Error).message}`);
  }
}

function fromFile(file: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    kubeConfig.loadFromFile(file);
  } catch (error) {
    throw new Error(kubeconfigFault(file, error), { cause: error });
  }
  return kubeConfig;
}

function byDefault(): KubeConfig {
  const ofHome = join(findHomeDir() ?? '', '.kube', 'config');
  if (existsSync(ofHome)) return fromFile(ofHome);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  return kubeConfig;
}

/** Files that are not there, or empty, count for nothing; of what several say, the first one counts (client-go `Load`). */
function merged(files: readonly string[]): KubeConfig {
  const all = files.filter(hasText).map(fromFile);
  if (all.length === 0) return withoutFile();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    clusters: firstOfName(all.flatMap(({ clusters }) => clusters)),
    users: firstOfName(all.flatMap(({ users }) => users)),
    contexts: firstOfName(all.flatMap(({ contexts }) => contexts)),
    currentContext: all.map((each) => each.currentContext as string | undefined).find((name) => (name ?? '') !== ''),
  });
  return kubeConfig;
}

function hasText(file: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').trim() !== '';
}

function firstOfName<Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ name }, i) => entries.findIndex((entry) => entry.name === name) === i);
}

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** That of the home folder is not read where KUBECONFIG is set. */
function withoutFile(): KubeConfig {
  const kubeConfig = new KubeConfig();
  if (existsSync(serviceAccountToken)) kubeConfig.loadFromCluster();
  else
    kubeConfig.loadFromClusterAndUser(
      { name: 'cluster', server: 'http://localhost:8080', skipTLSVerify: true },
      { name: 'user' },
    );
  return kubeConfig;
}
