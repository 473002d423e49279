/** What the webhook of the cluster knows when it decides about a pod, as far as it may be read. */
import { stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import type { ServerVersion } from '../../webhook/kubernetes/server-version.ts';
import { contextFrom } from '../inject/context.ts';
import { assumedDomain, assumedNameserver } from '../inject/options.ts';
import type { Installation } from './installation.ts';
import { paths } from './paths.ts';
import { collected, unlessForbidden, type ClusterReader, type Known } from './reader.ts';

export interface ClusterSurroundings {
  readonly contextOf: (namespace: string) => InjectionContext;
  readonly namespaces: Known<readonly JsonObject[]>;
  readonly limitRanges: Known<readonly JsonObject[]>;
  readonly serverVersion: Known<ServerVersion>;
  /** What is not known, and what is taken in its place. */
  readonly assumed: readonly string[];
}

/** @param namespace undefined: of all of them */
export async function readSurroundings(
  reader: ClusterReader,
  { settings, deployment }: Installation,
  namespace: string | undefined,
): Promise<ClusterSurroundings> {
  const [namespaces, limitRanges, serverVersion, clusterDns] = await Promise.all([
    unlessForbidden(readNamespaces(reader, namespace)),
    unlessForbidden(collected(reader.list(paths.inNamespace('limitranges', namespace)))),
    unlessForbidden(readVersion(reader)),
    settings.nameservers === undefined ? unlessForbidden(readClusterDns(reader)) : known(settings.nameservers),
  ]);
  const nameservers = clusterDns.isKnown && clusterDns.value.length > 0 ? clusterDns.value : undefined;
  const objects = [...ofKind('Namespace', namespaces), ...ofKind('LimitRange', limitRanges)];
  const assumed = [
    ...missing(deployment, 'the settings of the webhook are the defaults'),
    ...missing(namespaces, 'every namespace has opted in'),
    ...missing(limitRanges, 'there is no LimitRange'),
    ...missing(serverVersion, 'the API server is new enough'),
    ...(nameservers === undefined
      ? [`the Service kube-dns is not known: the cluster's DNS is ${assumedNameserver}`]
      : []),
    ...(settings.clusterDomain === undefined ? [`the cluster's domain is ${assumedDomain}`] : []),
  ];
  const contextOf = contextFrom(objects, {
    ...{ files: [], isRecursive: false, namespace: 'default', settings, nameservers },
    ...{ namespaceLabels: {}, namespaceAnnotations: {}, clusterDomain: settings.clusterDomain },
    serverVersion: serverVersion.isKnown ? serverVersion.value : undefined,
  });
  return { contextOf, namespaces, limitRanges, serverVersion, assumed };
}

function known<Value>(value: Value): Known<Value> {
  return { isKnown: true, value };
}

/** Lists of the API server have their kind once, above their items. */
function ofKind(kind: string, objects: Known<readonly JsonObject[]>): JsonObject[] {
  return objects.isKnown ? objects.value.map((object) => ({ ...object, kind })) : [];
}

function missing(fact: Known<unknown>, instead: string): string[] {
  return fact.isKnown ? [] : [`${instead} (${fact.why})`];
}

async function readNamespaces(reader: ClusterReader, namespace: string | undefined): Promise<JsonObject[]> {
  if (namespace === undefined) return collected(reader.list(paths.namespaces));
  const found = await reader.get(paths.namespace(namespace));
  return found === undefined ? [] : [found];
}

/** Some clouds mark their minor version: `34+`. */
async function readVersion(reader: ClusterReader): Promise<ServerVersion> {
  const version = await reader.get(paths.version);
  const [major, minor] = ['major', 'minor'].map((part) => Number.parseInt(stringAt(version, part) ?? '', 10));
  return { major: major || 1, minor: minor || 0 };
}

async function readClusterDns(reader: ClusterReader): Promise<string[]> {
  const service = await reader.get(paths.clusterDns);
  const address = stringAt(service, 'spec', 'clusterIP');
  return address === undefined || address === 'None' ? [] : [address];
}
