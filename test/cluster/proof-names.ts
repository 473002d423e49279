/** Whom the pods of the proofs ask: the cluster's own DNS where it serves the scripted names, else one that is added. */
import type { Kubectl } from './kubectl.ts';
import { clusterDnsAddress, clusterDomain, outsideDnsAddress } from './machine/addresses.ts';
import type { ProofContext, ProofImages, ProofNames } from './proofs/proof.ts';

export const ownNames: ProofNames = {
  clusterDomain,
  nameserver: clusterDnsAddress,
  outsideNameserver: outsideDnsAddress,
  dns: {},
};

export function onExistingCluster<Result>(
  _kubectl: Kubectl,
  _images: ProofImages,
  _work: (parts: Pick<ProofContext, 'names' | 'manifests'>) => Promise<Result>,
): Promise<Result> {
  return Promise.reject(new Error('TODO'));
}
