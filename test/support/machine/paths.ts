/** Where the cluster machinery keeps its files: all of them under `.cache/cluster`, which git ignores. */
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '../../..');
export const clusterFolder = join(projectFolder, 'test', 'cluster');
/** What users install. */
export const manifestsFolder = join(projectFolder, 'manifests');
export const cacheFolder = join(projectFolder, '.cache', 'cluster');

/** Kept between runs: programs built from source, unpacked Debian packages, image archives. */
export const programsFolder = join(cacheFolder, 'programs');
export const goFolder = join(cacheFolder, 'go');
export const debianFolder = join(cacheFolder, 'debian');
export const imagesFolder = join(cacheFolder, 'images');

/** Made new by every `up`, removed by `down`. */
export const runFolder = join(cacheFolder, 'run');

/** Logs of every part of the last run: they outlive `down`. */
export const logsFolder = join(cacheFolder, 'logs');

/** A kubectl that reaches the cluster from outside its network namespace. */
export const kubectlWrapper = join(cacheFolder, 'kubectl');
export const kubeconfigFile = join(runFolder, 'admin.kubeconfig');
