/**
 * Clients' queries into the whole pipeline, with upstreams that answer what the input says, in simulated time. Whatever
 * comes, every reply is sound and holds nothing but what its question leads to, no query over TCP stays unanswered, and
 * nothing is left open or under way in the end.
 */
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { createPipeline } from '../../../sidecar/pipeline.ts';
import type { ConfigurationSnapshot } from '../../../sidecar/decide/configuration/snapshot.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import { bytes, uint16 } from '../../support/wire/messages.ts';
import { readInput } from '../byte-source.ts';
import { createDigest } from '../digest.ts';
import { runTwice, surround, type Filling } from '../poison.ts';
import { createSimulatedTime } from '../../support/simulation/simulated-time.ts';
import type { Target } from '../target.ts';
import { createCallers } from './callers.ts';
import { snapshots } from '../../support/simulation/configurations.ts';
import { queries, replies, tokens } from '../../support/wire/samples.ts';
import { createScriptedUpstream } from './scripted-upstream.ts';

const snapshotList = Object.values(snapshots);
const metrics = createMetrics(sidecarMetrics);
const log = createLog({ level: 'error', write: () => {}, now: () => 0 });

/** What the client does, bit by bit. */
const habits = { tcp: 1, sibling: 2, otherPort: 4, again: 8, overTcp: 16, reload: 32, gone: 64, slow: 128 } as const;

/** More than the longest search takes with all its timers and sockets. */
const maxEvents = 5000;

/** A configuration, habits, the length of the query and the query; then for each upstream query its reply. */
export const searchTarget: Target = {
  name: 'search',
  unit: 'packets',
  seeds: seeds(),
  tokens: [...tokens, bytes(0, 40), bytes(4), bytes(5), bytes(0x25), bytes(0x80, '0100')],
  maxBytes: 16_000,
  limitMs: 250,
  run: (input) => runTwice((filling) => use(input, filling)),
};

function seeds(): Uint8Array[] {
  return [...queries, ...queries].map((query, index) => {
    const told = [0, 1, 2, 3, 4, 5].map((step) => {
      const reply = replies[(index * 5 + step) % replies.length] ?? new Uint8Array();
      // Header and records: the question is put in.
      const body = bytes(reply.subarray(0, 12), reply.subarray(12 + 14));
      return bytes(step === 1 ? 0x84 : 0x80, uint16(body.length), body);
    });
    return bytes(index % snapshotList.length, (index * 7) & 0xff, query.length, query, ...told);
  });
}

function use(input: Uint8Array, filling: Filling): number {
  const source = readInput(input);
  const snapshot = snapshotList[source.byte() % snapshotList.length] as ConfigurationSnapshot;
  const habit = source.byte();
  const does = (name: keyof typeof habits): boolean => (habit & habits[name]) !== 0;
  const query = source.bytes(source.byte());
  const time = createSimulatedTime();
  const upstream = createScriptedUpstream(source, time, filling);
  let lastId = 0x1233;
  const pipeline = createPipeline(
    {
      now: time.now,
      setTimer: time.setTimer,
      afterRead: (run) => void time.setTimer(0, run),
      randomId: () => (lastId = (lastId + 1) & 0xffff),
      hashSeed: 1,
      nextRotation: (count) => lastId % count,
      upstream,
      metrics,
      log,
      checkPodResolvConf: () => {},
    },
    snapshot,
  );

  const digest = createDigest();
  const callers = createCallers(pipeline, snapshot, digest);
  const first = callers.caller(does('tcp') ? 'tcp' : 'udp');
  first.ask(surround(query, filling));
  const sibling = siblingOf(query);
  if (does('sibling') && sibling !== undefined) {
    const other = does('otherPort') ? callers.caller('udp') : first;
    time.setTimer(does('slow') ? 20 : 0, () => other.ask(surround(sibling, filling)));
  }
  if (does('again')) time.setTimer(does('slow') ? 700 : 1, () => first.ask(surround(query, filling)));
  if (does('overTcp')) time.setTimer(3000, () => callers.caller('tcp').ask(surround(query, filling)));
  if (does('reload')) time.setTimer(10, () => pipeline.configure(snapshots['asIs'] as ConfigurationSnapshot));
  if (does('gone')) time.setTimer(2, first.leave);
  time.runAll(maxEvents);

  callers.checkEnd();
  if (upstream.open !== 0) throw new Error(`${upstream.open} upstream sockets are left open`);
  if (pipeline.inFlight !== 0) throw new Error(`${pipeline.inFlight} searches are left under way`);
  digest.add(upstream.queries);
  digest.add(time.now());
  return digest.value;
}

/** The same question for the other family, with the next ID. */
function siblingOf(query: Uint8Array): Uint8Array | undefined {
  const question = viewQuery(query)?.question;
  if (question === undefined || (question.type !== 1 && question.type !== 28)) return undefined;
  const sibling = Uint8Array.from(query);
  sibling[1] = (sibling[1] ?? 0) ^ 1;
  sibling[question.end - 3] = question.type === 1 ? 28 : 1;
  return sibling;
}
