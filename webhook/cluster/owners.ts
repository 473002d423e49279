/** Finds the object that people know a pod by: the Deployment behind its ReplicaSet. */
import type { V1OwnerReference } from '@kubernetes/client-node';
import type { Owner } from '../kubernetes/owner.ts';
import { unlessRefused, type ClusterClient } from './client.ts';
import { LimitedMap } from './limited-map.ts';

export interface Owners {
  /** What people know a pod by, whose metadata name `direct`. */
  find(direct: Owner, namespace: string): Promise<Owner>;
}

/** Of ReplicaSets and Jobs whose owner is known; each costs some hundred bytes. */
const maxRemembered = 1000;

export function createOwners(client: ClusterClient): Owners {
  const known = new LimitedMap<string, Owner>(maxRemembered);
  return {
    async find(direct, namespace) {
      if (direct.kind === 'Pod') return direct;
      const found = known.get(direct.uid ?? '');
      if (found) return found;
      try {
        const top = (await ownerOf(client, direct, namespace)) ?? direct;
        known.set(direct.uid ?? '', top);
        return top;
      } catch {
        // An event on the object in between is better than none; the next pod asks again.
        return direct;
      }
    },
  };
}

/** One step up, where people do not know the object in between: Deployment of a ReplicaSet, CronJob of a Job. */
async function ownerOf({ apps, batch }: ClusterClient, { apiVersion, kind, name }: Owner, namespace: string) {
  const read = (): Promise<{ metadata?: { ownerReferences?: V1OwnerReference[] } } | undefined> => {
    if (apiVersion === 'apps/v1' && kind === 'ReplicaSet')
      return unlessRefused(apps.readNamespacedReplicaSet({ name, namespace }), 404);
    if (apiVersion === 'batch/v1' && kind === 'Job')
      return unlessRefused(batch.readNamespacedJob({ name, namespace }), 404);
    return Promise.resolve(undefined);
  };
  const above = (await read())?.metadata?.ownerReferences?.find(({ controller }) => controller === true);
  return above && { apiVersion: above.apiVersion, kind: above.kind, name: above.name, uid: above.uid };
}
