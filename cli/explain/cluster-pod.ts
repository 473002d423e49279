/** The configuration of a pod of a cluster: what its annotation says, or what the webhook would write. */
import { annotations } from '../../shared/values/names.ts';
import { textOf, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { annotationsOf, sidecarOf, storedResolvConf } from '../../webhook/kubernetes/pod.ts';
import { readInstallation } from '../cluster/installation.ts';
import { paths } from '../cluster/paths.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { readSurroundings } from '../cluster/surroundings.ts';
import { annotationsText, seenResolvConf, sidecarEnvironment } from '../manifests/injected-pod.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { muslOfPod, podSource } from './pod-source.ts';
import type { SourceParts } from './sources.ts';

export interface PodInCluster {
  readonly namespace: string;
  readonly name: string;
}

export async function readPod(reader: ClusterReader, { namespace, name }: PodInCluster): Promise<JsonObject> {
  const pod = await reader.get(paths.pod(namespace, name));
  if (pod === undefined) throw new UsageError(`there is no pod ${name} in namespace ${namespace}`);
  return pod;
}

/** @param nodeResolvConf for `dnsPolicy: Default`, of which the API server knows nothing */
export async function clusterPodParts(
  reader: ClusterReader,
  place: PodInCluster,
  nodeResolvConf: string | undefined,
): Promise<SourceParts> {
  const pod = await readPod(reader, place);
  const surroundings = await readSurroundings(reader, await readInstallation(reader), place.namespace);
  const title = `Pod ${place.namespace}/${place.name}`;
  const where = `context ${reader.context}`;
  if (sidecarOf(pod) === undefined) {
    const workload = { title, namespace: place.namespace, path: [], pod, document: 0, steps: [], place: where };
    const { contextOf, assumed } = surroundings;
    return { ...podSource(workload, { contextOf, nodeResolvConf, remarks: assumed }), hostName: place.name };
  }
  const original = textOf(annotationsOf(pod), annotations.resolvConf) ?? storedResolvConf(pod) ?? nodeResolvConf;
  if (original === undefined)
    throw new UsageError(
      `${title} has the sidecar beside the file of its node, which --resolv-conf FILE says; --in-pod asks the sidecar`,
    );
  return {
    title: `${title} (${where})`,
    original,
    hostName: place.name,
    seen: seenResolvConf(pod),
    environment: sidecarEnvironment(pod),
    annotationsText: annotationsText(pod),
    musl: muslOfPod(pod, surroundings.contextOf(place.namespace)),
    remarks: ['the nameservers are asked from this machine, not from the pod (--in-pod asks there)'],
  };
}
