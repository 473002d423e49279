/** Replies of which a part has come over TCP: their bytes count among those that wait. */
import { expect, test } from 'vitest';
import { createLog } from '../../shared/report/log.ts';
import { sidecarMetrics } from '../../shared/report/metric-table.ts';
import { createMetrics } from '../../shared/report/metrics.ts';
import { createPipeline } from '../../sidecar/pipeline.ts';
import { createSimulatedTime } from '../support/simulation/simulated-time.ts';
import { snapshots } from '../support/simulation/configurations.ts';
import { encodeQuery } from '../support/simulation/raw-client.ts';

const begunBytes = 60_000;

test('with 4 MiB of them no further search is begun, and afterwards there is room again', () => {
  const time = createSimulatedTime();
  const snapshot = snapshots['tcp'];
  if (snapshot === undefined) throw new Error('no such configuration');
  const pipeline = createPipeline(
    {
      now: time.now,
      setTimer: time.setTimer,
      afterRead: (run) => void time.setTimer(0, run),
      randomId: () => 7,
      hashSeed: 0,
      nextRotation: () => 0,
      upstream: {
        openUdp: () => ({ send() {}, close() {} }),
        openTcp(_server, events) {
          let kept = 0;
          return {
            send() {
              if (kept > 0) return;
              kept = begunBytes;
              events.kept?.(kept);
            },
            close() {
              events.kept?.(-kept);
              kept = 0;
            },
          };
        },
      },
      metrics: createMetrics(sidecarMetrics),
      log: createLog({ level: 'error', write: () => {}, now: () => 0 }),
      checkPodResolvConf: () => {},
    },
    snapshot,
  );
  let closed = 0;
  const ask = (name: string): void =>
    pipeline.handle(encodeQuery({ name, type: 'TXT' }), {
      transport: 'tcp',
      address: '127.0.0.1',
      port: 4000,
      connection: {},
      reply() {},
      close: () => (closed += 1),
    });
  for (let index = 0; index < 200; index += 1) ask(`n${index}.test`);
  const fitting = Math.ceil((4 * 1024 * 1024) / begunBytes);
  expect([pipeline.inFlight, closed]).toEqual([fitting, 200 - fitting]);

  time.runAll(100_000);
  expect(pipeline.inFlight).toBe(0);
  ask('after.test');
  expect([pipeline.inFlight, closed]).toEqual([1, 200 - fitting]);
});
