/**
 * One lookup as programs in the pod would make it now, recorded: through a pipeline of its own, which remembers nothing and
 * counts for itself, over the sidecar's own sockets.
 */
import { formatOptions } from '../../shared/resolv-conf/options.ts';
import type { ResolvConf } from '../../shared/resolv-conf/resolv-conf.ts';
import { formatServerAddress } from '../../shared/resolv-conf/server-address.ts';
import { formatAddressBytes } from '../../shared/values/address-bytes.ts';
import { version } from '../../shared/values/version.ts';
import { traceFormat, type TracedReply, type TraceRecord } from '../../shared/report/trace-record.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { Client, Pipeline } from '../ports/client.ts';
import { readAnswer } from '../wire/answer.ts';
import { byteAt } from '../wire/bytes.ts';
import { headerBytes, recordTypes } from '../wire/iana.ts';
import { viewMessage } from '../wire/message-view.ts';
import { rcodeName } from '../wire/mnemonics.ts';
import { concatNames, encodeName, type WireName } from '../wire/name.ts';
import { buildQuery } from '../wire/query.ts';
import { createRecordedPipeline, type RecordedPipelineDependencies } from './recorded-pipeline.ts';

/** No search lasts longer, in milliseconds. */
export const traceLimitMs = 45_000;

export type TracerDependencies = RecordedPipelineDependencies & {
  readonly snapshot: () => ConfigurationSnapshot;
  /** What is remembered of these names. */
  readonly held: Pipeline['held'];
};

export type Tracer = (name: string) => Promise<TraceRecord | undefined>;

const types = ['A', 'AAAA'] as const;

/** Undefined: it is no name. */
export function createTracer(deps: TracerDependencies): Tracer {
  return async (name) => {
    const snapshot = deps.snapshot();
    const own = encodeName(name);
    const asked = own && askedName(name, own, snapshot.marker);
    if (own === undefined || asked === undefined) return undefined;
    const startMs = deps.now();
    const { pipeline, record } = createRecordedPipeline(deps, snapshot, name);
    const replies = await ask(pipeline, asked, deps);
    const lookup = record();
    const names = lookup.candidates.flatMap((candidate) => encodeName(candidate.name) ?? []);
    return {
      format: traceFormat,
      version,
      name,
      mode: snapshot.mode,
      resolvConf: textOf(snapshot.resolvConf),
      isComplete: replies.length === types.length,
      elapsedMs: deps.now() - startMs,
      replies,
      lookup,
      held: deps.held([own, ...names]),
    };
  };
}

/** As musl asks in marker mode: what has a final dot is not searched for. */
function askedName(text: string, name: WireName, marker: WireName): WireName | undefined {
  return text.endsWith('.') ? name : concatNames(name, marker);
}

/** The replies, as far as they come in the time that a trace has. */
function ask(
  pipeline: Pipeline,
  name: WireName,
  { setTimer, randomId }: Pick<TracerDependencies, 'setTimer' | 'randomId'>,
): Promise<TracedReply[]> {
  return new Promise((resolve) => {
    const replies = new Map<string, TracedReply>();
    const end = (): void => {
      cancel();
      resolve(types.flatMap((type) => replies.get(type) ?? []));
    };
    const cancel = setTimer(traceLimitMs, end);
    for (const type of types) {
      const client: Client = {
        ...{ transport: 'udp', address: '127.0.0.1', port: clientPort, onLoopback: true },
        reply(bytes) {
          replies.set(type, tracedReply(bytes, name, type));
          if (replies.size === types.length) end();
        },
      };
      pipeline.handle(buildQuery({ id: randomId(), name, type: recordTypes[type], rd: true, ad: false }), client);
    }
  });
}

/** Both questions come from one port, as those of one lookup do. */
const clientPort = 1;

function tracedReply(bytes: Uint8Array, name: WireName, type: (typeof types)[number]): TracedReply {
  const view = viewMessage(bytes);
  const isAnswer = view !== undefined && bytes.length > headerBytes && view.rcode === 0;
  const records = isAnswer ? readAnswer(bytes, name, recordTypes[type]).records : [];
  return {
    type,
    rcode: rcodeName(view?.rcode ?? byteAt(bytes, 3) & 0x0f),
    addresses: records.map(({ rdata }) => formatAddressBytes(rdata)),
    isTruncated: view?.tc === true,
  };
}

function textOf(resolvConf: ResolvConf): string {
  const { servers, search } = resolvConf;
  const options = formatOptions(resolvConf);
  return [
    ...servers.map((server) => `nameserver ${formatServerAddress(server)}`),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
