/** The folders of the project, and where the cluster machinery keeps its files: all of them under `.cache/cluster`, which git ignores. */
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '../../..');
export const clusterFolder = join(projectFolder, 'test', 'cluster');
/** What users install. */
export const manifestsFolder = join(projectFolder, 'manifests');
export const clusterCacheFolder = join(projectFolder, '.cache', 'cluster');

/** Kept between runs: programs built from source, image archives. */
export const programsFolder = join(clusterCacheFolder, 'programs');
export const goFolder = join(clusterCacheFolder, 'go');
export const imagesFolder = join(clusterCacheFolder, 'images');

/** Made new by every `up`, removed by `down`. */
export const runFolder = join(clusterCacheFolder, 'run');

/** Logs of every part of the last run: they outlive `down`. */
export const logsFolder = join(clusterCacheFolder, 'logs');

/** A kubectl that reaches the cluster from outside its network namespace. */
export const kubectlWrapper = join(clusterCacheFolder, 'kubectl');
export const kubeconfigFile = join(runFolder, 'admin.kubeconfig');

/** The machine's architecture as the kernel, compilers and packages call it. */
export const machineName = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
