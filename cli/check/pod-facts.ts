/** What is known of a pod before its rules are looked at. */
import { annotations, labels } from '../../shared/values/names.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import { collectFacts, type Facts } from '../../webhook/injection/facts/facts.ts';
import { readStatus } from '../../webhook/injection/facts/status.ts';
import { injectPod, type Injection } from '../../webhook/injection/inject.ts';
import {
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  textOf,
  valueAt,
  type JsonObject,
} from '../../webhook/kubernetes/json.ts';
import { isOptedIn } from '../../webhook/kubernetes/namespace.ts';
import { allContainers, annotationsOf, labelsOf } from '../../webhook/kubernetes/pod.ts';
import type { KubectlTarget } from '../cluster/reader.ts';
import { muslOfPod } from '../explain/pod-source.ts';
import type { Workload } from '../inject/workloads.ts';
import { readGlibcConfiguration, type GlibcConfiguration } from '../models/glibc-configuration.ts';
import { readMuslConfiguration, type MuslConfiguration } from '../models/musl-configuration.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import { hostNamesOf, isHostName, type LiteralName } from './host-names.ts';

export interface PodFacts {
  readonly workload: Workload;
  readonly context: InjectionContext;
  readonly injection: Injection;
  /** It has the sidecar, or gets it when it is created. */
  readonly hasSidecar: boolean;
  /** The release that a status annotation names. */
  readonly sidecarVersion: string | undefined;
  /** It was read from a cluster: nothing injects it any more. */
  readonly isLive: boolean;
  readonly isAlpine: boolean;
  readonly isNamespaceOptedIn: boolean;
  readonly musl: MuslChoice;
  /** Its resolv.conf without the sidecar; undefined where nobody but its node knows it. */
  readonly resolvConf: ResolvConfFacts | undefined;
  /** Why it is not known, if it is not. */
  readonly unknownDns: string | undefined;
  readonly hostName: string;
  readonly names: readonly LiteralName[];
  readonly surroundings: Surroundings;
}

export interface ResolvConfFacts {
  readonly text: string;
  readonly musl: MuslConfiguration;
  readonly glibc: GlibcConfiguration;
}

/** What the other objects of the manifests say. */
export interface Surroundings {
  readonly services: readonly ServiceFacts[];
  /** Of Ingresses, but for wildcards. */
  readonly ingressHosts: readonly { readonly namespace: string; readonly host: string }[];
  /** Of the webhook, where it is known: else this tool's release is what sidecars are compared with. */
  readonly webhookVersion?: string | undefined;
  /** undefined: manifests were read, and no cluster. */
  readonly kubectl?: KubectlTarget | undefined;
  readonly quotas: readonly { readonly namespace: string; readonly resources: readonly string[] }[];
}

export interface ServiceFacts {
  readonly namespace: string;
  readonly name: string;
  readonly isHeadless: boolean;
  /** Of the type ExternalName: what it is an alias of, without a final dot. */
  readonly externalName?: string;
  /** Of the workload that it selects, where the manifests have it. */
  readonly replicas: number | undefined;
}

const standardDnsPort = 53;

export function podFacts(workload: Workload, context: InjectionContext, surroundings: Surroundings): PodFacts {
  const { pod } = workload;
  const injection = injectPod(pod, context);
  const facts = collectFacts(pod, context);
  const isLive = valueAt(pod, 'metadata', 'uid') !== undefined || valueAt(pod, 'status', 'phase') !== undefined;
  const hostName = hostNameOf(pod);
  const text =
    textOf(annotationsOf(pod), annotations.resolvConf) ?? (facts.original.known ? facts.original.text : undefined);
  const unknownDns = text === undefined && !facts.original.known ? unknownText(facts.original) : undefined;
  const isInjected = textOf(labelsOf(pod), labels.injected) !== undefined || readStatus(pod) !== undefined;
  return {
    ...{ workload, context, injection, isLive, hostName, surroundings, unknownDns },
    hasSidecar: isInjected || (!isLive && injection.verdict === 'inject'),
    sidecarVersion: readStatus(pod)?.version,
    isAlpine: facts.alpine || facts.settings.inject === 'always',
    isNamespaceOptedIn: isOptedIn(context.namespace),
    musl: muslOfPod(pod, context),
    resolvConf:
      text === undefined
        ? undefined
        : {
            text,
            musl: readMuslConfiguration(text, standardDnsPort),
            glibc: readGlibcConfiguration(text, hostName, standardDnsPort),
          },
    names: hostNamesOf(pod),
  };
}

function unknownText({ why, detail = 'it does not say why' }: Extract<Facts['original'], { known: false }>): string {
  const texts = {
    node: 'its dnsPolicy is Default: only its node knows its configuration',
    cluster: 'the nameserver of the cluster is not known',
    invalid: `the API server refuses its DNS configuration: ${detail}`,
    unsure: `the API server may refuse its DNS configuration: ${detail}`,
  };
  return texts[why];
}

/** With its domain where the pod is told to have it. */
function hostNameOf(pod: JsonObject): string {
  const name = stringAt(pod, 'spec', 'hostname') ?? 'pod';
  const subdomain = stringAt(pod, 'spec', 'subdomain');
  const isQualified = valueAt(pod, 'spec', 'setHostnameAsFQDN') === true && subdomain !== undefined;
  const namespace = stringAt(pod, 'metadata', 'namespace') ?? '';
  return isQualified ? `${name}.${subdomain}.${namespace}.svc` : name;
}

export function surroundingsOf(objects: readonly JsonObject[], defaultNamespace: string): Surroundings {
  const namespaceOf = (object: JsonObject): string => stringAt(object, 'metadata', 'namespace') || defaultNamespace;
  const nameOf = (object: JsonObject): string => stringAt(object, 'metadata', 'name') ?? '';
  const replicasOf = (service: JsonObject): number | undefined => {
    const owner = objects.find(
      (object) =>
        object['kind'] === 'StatefulSet' &&
        namespaceOf(object) === namespaceOf(service) &&
        stringAt(object, 'spec', 'serviceName') === nameOf(service),
    );
    const replicas = valueAt(owner, 'spec', 'replicas');
    return typeof replicas === 'number' ? replicas : undefined;
  };
  return {
    services: objects
      .filter(({ kind }) => kind === 'Service')
      .map((service) => ({
        namespace: namespaceOf(service),
        name: nameOf(service),
        isHeadless: stringAt(service, 'spec', 'clusterIP') === 'None',
        ...externalNameOf(service),
        replicas: replicasOf(service),
      })),
    ingressHosts: objects
      .filter(({ kind }) => kind === 'Ingress')
      .flatMap((ingress) => ingressHostsOf(ingress).map((host) => ({ namespace: namespaceOf(ingress), host }))),
    quotas: objects
      .filter(({ kind }) => kind === 'ResourceQuota')
      .map((quota) => ({
        namespace: namespaceOf(quota),
        resources: Object.keys((valueAt(quota, 'spec', 'hard') ?? {}) as JsonObject),
      })),
  };
}

function externalNameOf(service: JsonObject): Pick<ServiceFacts, 'externalName'> {
  const host = stringAt(service, 'spec', 'externalName')?.replace(/\.$/, '') ?? '';
  return stringAt(service, 'spec', 'type') === 'ExternalName' && isHostName(host) ? { externalName: host } : {};
}

function ingressHostsOf(ingress: JsonObject): string[] {
  const spec = objectAt(ingress, 'spec');
  const hosts = [
    ...objectsAt(spec, 'rules').flatMap((rule) => stringAt(rule, 'host') ?? []),
    ...objectsAt(spec, 'tls').flatMap((tls) => stringsAt(tls, 'hosts')),
  ];
  return [...new Set(hosts)].filter(isHostName);
}

/** Whether a container has this variable with this value. */
export function hasVariable(pod: JsonObject, name: string, value: string): boolean {
  return allContainers(pod).some((container) =>
    objectsAt(container.value, 'env').some((one) => one['name'] === name && one['value'] === value),
  );
}
