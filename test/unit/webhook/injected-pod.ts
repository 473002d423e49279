/** Injected pods for the tests of second calls and copies. */
import { expect } from 'vitest';
import { injectPod, type Injection } from '../../../webhook/injection/inject.ts';
import type { JsonObject } from '../../../webhook/kubernetes/json.ts';
import { goldenCase } from '../../support/kubernetes/golden-cases.ts';
import { schemaFaults } from '../../support/kubernetes/validate.ts';

const { pod: original, context } = goldenCase('deployment-pod');

/** A pod as these tests change it; they know its shape. */
export interface Pod extends JsonObject {
  metadata: { annotations: Record<string, string>; labels: Record<string, string> };
  spec: {
    initContainers: Container[];
    containers: Container[];
    volumes: JsonObject[];
    securityContext: { sysctls: { name: string; value: string }[] };
    dnsPolicy: string;
    dnsConfig: JsonObject;
    resources: JsonObject;
  };
}

export interface Container extends JsonObject {
  name: string;
  env: JsonObject[];
  volumeMounts: JsonObject[];
  resources: JsonObject;
  startupProbe: JsonObject;
  livenessProbe: JsonObject;
  securityContext: JsonObject;
  ports: JsonObject[];
}

/** A copy of the pod that an injection made; fails where there was none. */
export function changedPod(result: Injection): Pod {
  if (result.verdict !== 'inject') throw new Error(`${result.verdict} ${result.reason}`);
  expect(schemaFaults(result.pod)).toEqual([]);
  return structuredClone(result.pod) as Pod;
}

export function injected(pod: JsonObject = original, from = context): Pod {
  return changedPod(injectPod(pod, from));
}

export function entryOf(pod: Pod): Container {
  const found = pod.spec.initContainers.find(({ name }) => name === 'alpine-resolver');
  if (!found) throw new Error('no sidecar');
  return found;
}

/** The name of an annotation of ours. */
export function annotation(name: string): string {
  return `alpine-resolver.io/${name}`;
}
