/** Names for completion: soon, or none. Nothing goes wrong here: there are names, or there are not. */
import { homedir } from 'node:os';
import { stringAt } from '../../webhook/kubernetes/json.ts';
import { objectName, type ClusterNames, type ClusterTarget } from '../terminal/cluster-target.ts';
import { contextNames, listMetadata } from './connect.ts';
import { paths } from './paths.ts';

/** Somebody waits at the cursor. */
const maxWaitMs = 2000;

/** A page; nobody reads a longer list. */
const maxNames = 500;

/** Names of contexts are free. One that a shell or a terminal would take for more than a name is not offered. */
const plainContext = /^\w[\w.@:/+,-]*$/;

export async function knownNames({ kind, target }: ClusterNames): Promise<string[]> {
  const late = Promise.withResolvers<string[]>();
  const timer = setTimeout(() => late.resolve([]), maxWaitMs);
  try {
    const names = await Promise.race([readNames(kind, withHome(target)), late.promise]);
    // What else a server says is no name.
    const plain = kind === 'contexts' ? plainContext : objectName;
    return names.filter((name) => plain.test(name)).toSorted();
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

async function readNames(kind: ClusterNames['kind'], target: ClusterTarget): Promise<string[]> {
  if (kind === 'contexts') return contextNames(target.kubeconfig);
  const objects = await listMetadata(target, (namespace) => {
    const path = kind === 'namespaces' ? paths.namespaces : paths.inNamespace('pods', namespace);
    return `${path}?limit=${maxNames}`;
  });
  return objects.flatMap((object) => stringAt(object, 'metadata', 'name') ?? []);
}

/** A word that the shell has not read yet. */
function withHome(target: ClusterTarget): ClusterTarget {
  return { ...target, kubeconfig: target.kubeconfig?.replace(/^~(?=\/)/, homedir()) };
}
