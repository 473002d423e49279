/** Plays one query as a client would send it now, and records what it takes. */
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { Client, Pipeline } from '../ports/client.ts';
import type { RecordedQuery, RecordedQuestion } from '../ports/recorded-query.ts';
import { formatName } from '../wire/name.ts';
import { buildQuery } from '../wire/query.ts';
import { createRecordedPipeline, type RecordedPipelineDependencies } from './recorded-pipeline.ts';
import { traceLimitMs } from './tracer.ts';

export type RecordedQueryDependencies = RecordedPipelineDependencies & {
  readonly snapshot: () => ConfigurationSnapshot;
};

export function createRecordedQuery(deps: RecordedQueryDependencies): RecordedQuery {
  return async (question) => {
    const startMs = deps.now();
    const { pipeline, record } = createRecordedPipeline(deps, deps.snapshot(), formatName(question.name));
    const bytes = await ask(pipeline, question, deps);
    const elapsedMs = deps.now() - startMs;
    await settled(pipeline, deps);
    return { bytes, elapsedMs, record: record() };
  };
}

/** The reply, where it comes in the time that a search has. */
function ask(
  pipeline: Pipeline,
  { name, type, client: address }: RecordedQuestion,
  { setTimer, randomId }: RecordedQueryDependencies,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const end = (bytes: Uint8Array | undefined): void => {
      cancel();
      resolve(bytes);
    };
    const cancel = setTimer(traceLimitMs, () => end(undefined));
    const client: Client = { transport: 'udp', address, port: clientPort, onLoopback: true, reply: end };
    const edns = { payloadSize: maxPayloadBytes, dnssecOk: false };
    pipeline.handle(buildQuery({ id: randomId(), name, type, rd: true, ad: false, edns }), client);
  });
}

/** An answer may come before the search has ended: what the other family has is still asked for. */
async function settled(pipeline: Pipeline, { now, setTimer }: RecordedQueryDependencies): Promise<void> {
  const endMs = now() + maxSettlingMs;
  while (pipeline.inFlight > 0 && now() < endMs)
    await new Promise<void>((resolve) => {
      setTimer(pollMs, resolve);
    });
}

/** A server that is silent on the other family is not waited for. */
const maxSettlingMs = 500;
const pollMs = 5;

/** Nobody's. */
const clientPort = 1;

/** RFC 6891 §6.2.3: what the field can say. */
const maxPayloadBytes = 65_535;
