/** Compares objects as the API server sees them, with its defaults. */
import { equalJson, isObject, type Json, type JsonObject } from './json.ts';

/**
 * Whether an object is the one that we wrote, but for what the API server fills in. An empty object or list equals an
 * absent one, unless it is one of several members of which the API takes one.
 */
export function isAsWritten(present: JsonObject, written: JsonObject): boolean {
  return equalJson(essence(present), essence(written));
}

/** kubernetes pkg/apis/core/v1/defaults.go, for containers, probes, ports, and volumes of the downward API. */
const defaults: Readonly<Record<string, Json>> = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  scheme: 'HTTP',
  timeoutSeconds: 1,
  successThreshold: 1,
  protocol: 'TCP',
  apiVersion: 'v1',
  defaultMode: 0o644,
};

/** Members of probes, variables and volumes of which the API takes one and which count even where they are empty. */
const alternatives = new Set([
  ...['exec', 'grpc', 'httpGet', 'tcpSocket', 'valueFrom'],
  ...['configMap', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'projected', 'secret'],
]);

function essence(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((entry) => essence(entry) ?? {});
  if (!isObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const rest = Object.hasOwn(defaults, name) && defaults[name] === member ? undefined : essence(member);
    const kept = rest === undefined && isObject(member) && alternatives.has(name) ? {} : rest;
    return kept === undefined ? [] : [[name, kept]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
