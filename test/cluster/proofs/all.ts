/** Every proof, in the order in which they run. */
import { alpineKubernetesProofs } from './alpine-kubernetes.ts';
import { alwaysPullProofs } from './always-pull.ts';
import { availabilityProofs } from './availability.ts';
import { clockProofs } from './clock-jump.ts';
import { clusterDnsProofs } from './cluster-dns-lost.ts';
import { commandLineProofs } from './command-line.ts';
import { dnsPolicyProofs } from './dns-policies.ts';
import { imageProofs } from './image-missing.ts';
import { installProofs } from './install.ts';
import { jobProofs } from './job-end.ts';
import { liveProofs } from './live-settings.ts';
import { mountedProofs } from './mounted-certificate.ts';
import { nameProofs } from './names-table.ts';
import { nextContainerProofs } from './next-container.ts';
import { nodeProofs } from './node.ts';
import { authorityProofs } from './one-authority.ts';
import { ownNamespaceProofs } from './own-namespace.ts';
import { ownResolverProofs } from './own-resolver.ts';
import { permissionProofs } from './permissions.ts';
import { podLifeProofs } from './pod-life.ts';
import type { Proof } from './proof.ts';
import { removalProofs } from './removal.ts';
import { resourceProofs } from './resources.ts';
import { restrictedProofs } from './restricted.ts';
import { untouchedProofs } from './untouched.ts';
import { workloadProofs } from './workloads.ts';

export const allProofs: readonly Proof[] = [
  ...nodeProofs,
  ...installProofs,
  ...nameProofs,
  ...workloadProofs,
  ...jobProofs,
  ...podLifeProofs,
  ...nextContainerProofs,
  ...restrictedProofs,
  ...resourceProofs,
  ...alwaysPullProofs,
  ...dnsPolicyProofs,
  ...untouchedProofs,
  ...liveProofs,
  ...commandLineProofs,
  ...ownResolverProofs,
  ...alpineKubernetesProofs,
  ...availabilityProofs,
  ...clusterDnsProofs,
  ...imageProofs,
  ...authorityProofs,
  ...mountedProofs,
  ...ownNamespaceProofs,
  ...clockProofs,
  ...permissionProofs,
  ...removalProofs,
];
