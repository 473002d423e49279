/** Whether what a sidecar gave is the record of a lookup: in a pod anybody may answer at its port. */
import { candidateConclusions, replyKinds, replyUses } from '../../shared/report/lookup-record.ts';
import type { TraceRecord } from '../../shared/report/trace-record.ts';
import { isObject, valueAt, type Json } from '../../webhook/kubernetes/json.ts';
import { ClusterError } from '../cluster/reader.ts';

/** Where the value is not as it has to be, as a path from it (`''`: itself); undefined: it is. */
type Shape = (value: Json | undefined) => string | undefined;

/** Seconds of a TTL have 32 bits; no other number of a record is larger. JSON has some that become infinite. */
const maxNumber = 2 ** 32;

const text: Shape = (value) => (typeof value === 'string' ? undefined : '');
const number: Shape = (value) => (typeof value === 'number' && Math.abs(value) <= maxNumber ? undefined : '');
const boolean: Shape = (value) => (typeof value === 'boolean' ? undefined : '');

const oneOf =
  (...names: readonly string[]): Shape =>
  (value) =>
    typeof value === 'string' && names.includes(value) ? undefined : '';

const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined ? undefined : shape(value);

const listOf =
  (shape: Shape): Shape =>
  (value) => {
    if (!Array.isArray(value)) return '';
    const faults = value.map((entry, i) => ({ i, fault: shape(entry) }));
    const found = faults.find(({ fault }) => fault !== undefined);
    return found && `[${found.i}]${found.fault}`;
  };

/** Members that it does not name may be there. */
const members =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value) => {
    if (!isObject(value)) return '';
    const faults = Object.entries(shapes).map(([name, shape]) => ({ name, fault: shape(valueAt(value, name)) }));
    const found = faults.find(({ fault }) => fault !== undefined);
    return found && `.${found.name}${found.fault}`;
  };

const server = members({ address: text, port: number });
const transport = oneOf('udp', 'tcp');
const atServer = { atMs: number, server, transport };

const reply = members({
  ...{ rcode: number, addresses: listOf(text), isTruncated: boolean, bytes: number },
  kind: oneOf(...replyKinds),
});

const use = oneOf(...replyUses);

const steps = new Map<Json | undefined, Shape>([
  ['query', members({ ...atServer, type: number })],
  ['reply', members({ ...atServer, type: number, reply, use })],
  ['failure', members({ ...atServer, code: text, type: optional(number) })],
  ['silence', members({ atMs: number, server: optional(server), waitedMs: number })],
]);

const step: Shape = (value) => {
  const shape = steps.get(valueAt(value, 'kind'));
  return shape === undefined ? '.kind' : shape(value);
};

const candidate = members({
  ...{ name: text, entry: optional(text), startMs: number, endMs: number, steps: listOf(step) },
  ...{ conclusion: oneOf(...candidateConclusions), limits: listOf(text) },
});

const lookup = members({
  candidates: listOf(candidate),
  rejected: optional(oneOf('empty-label', 'too-long', 'no-host-name')),
  isFromHosts: optional(boolean),
});

const answer = { name: text, type: text, rcode: text, addresses: listOf(text), secondsLeft: number };

const record = members({
  ...{ version: text, name: text, mode: text, resolvConf: text, isComplete: boolean, elapsedMs: number },
  replies: listOf(members({ type: text, rcode: text, addresses: listOf(text), isTruncated: boolean })),
  lookup,
  held: members({
    answers: listOf(members({ ...answer, isSearched: boolean })),
    replies: listOf(members({ ...answer, server: text, transport })),
  }),
});

/** @param title of the pod */
export function readTraceRecord(body: Json | undefined, title: string): TraceRecord {
  const fault = record(body);
  if (fault === undefined) return body as unknown as TraceRecord;
  const what = fault === '' ? 'is no object' : `lacks ${fault.slice(1)}, or has another value there than it can have`;
  throw new ClusterError('failed', `the record of the sidecar of ${title} ${what}`);
}
