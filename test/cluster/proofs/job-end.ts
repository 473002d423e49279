/** A Job is not held open by the sidecar. */
import type { Kubectl } from '../kubectl.ts';
import { until } from '../../support/machine/steps.ts';
import { inNamespace } from './pods.ts';
import { ensureProduct, optedIn, optedOut } from './product.ts';
import { type Proof, hold } from './proof.ts';
import { jobOf } from './workload-objects.ts';

/** `idle` has a native sidecar that does nothing: what the kubelet and the Job's controller take for any. */
type Kind = 'injected' | 'idle' | 'plain';

/** Of each kind: the kubelet looks at its containers once a second, so that single figures vary by as much. */
const jobsOfEachKind = 4;

const endOfJob: Proof = {
  number: '3.2',
  name: "a Job's sidecar ends within 2 s of its program, and the Job completes as with a sidecar that does nothing",
  async prove(context) {
    const { kubectl, images, names, print } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-jobs', optedIn, async (namespace) => {
      const container = (afterSeconds: number) => ({
        command: ['/bin/sh', '-c', `/bin/probe lookup kubernetes.default; sleep ${afterSeconds}; /bin/probe time`],
      });
      const idle = {
        name: 'idle',
        image: images.alpine,
        imagePullPolicy: 'IfNotPresent',
        restartPolicy: 'Always',
        command: ['/bin/probe', 'wait'],
      };
      const spec = names.dns(namespace);
      const kinds: readonly { kind: Kind; labels: Record<string, string>; spec: object }[] = [
        { kind: 'injected', labels: {}, spec },
        { kind: 'idle', labels: optedOut, spec: { ...spec, initContainers: [idle] } },
        { kind: 'plain', labels: optedOut, spec },
      ];
      const jobs = kinds.flatMap((kind) =>
        Array.from({ length: jobsOfEachKind }, (_, index) => ({ ...kind, name: `${kind.kind}-${index}`, index })),
      );
      const watch = watchJobs(kubectl, namespace);
      try {
        await kubectl.apply(
          ...jobs.map(({ name, labels, index, spec: ofKind }) => {
            const app = container(6 + index * 1.3);
            return jobOf({ namespace, name, labels, image: images.alpine, spec: ofKind, container: app });
          }),
        );
        const ends = await until('completion of all Jobs', 60_000, async () =>
          watch.completedMs.size === jobs.length ? watch.completedMs : undefined,
        );
        const lags: Record<Kind | 'sidecar', number[]> = { injected: [], idle: [], plain: [], sidecar: [] };
        for (const { name, kind } of jobs) {
          const programEndMs = await programEnd(kubectl, namespace, name);
          lags[kind].push((ends.get(name) ?? 0) - programEndMs);
          if (kind === 'injected') lags.sidecar.push((await sidecarEnd(kubectl, namespace, name)) - programEndMs);
        }
        const shown = (kind: keyof typeof lags) =>
          lags[kind]
            .toSorted((left, right) => left - right)
            .map((lag) => (lag / 1000).toFixed(1))
            .join(' ');
        print(`seconds after the program's end: the sidecar ended ${shown('sidecar')}; the Job was complete`);
        print(`  ${shown('injected')}; with a sidecar that does nothing ${shown('idle')}; with none ${shown('plain')}`);
        const slowest = Math.max(...lags.sidecar);
        hold(slowest <= 2000, () => `a sidecar ended ${slowest} ms after the program`);
        const extra = median(lags.injected) - median(lags.idle);
        hold(extra <= 2000, () => `a Job takes ${extra} ms longer than one with a sidecar that does nothing`);
        return `sidecar gone after ${shown('sidecar')} s; Job complete after ${shown('injected')} s, with an idle sidecar ${shown('idle')} s, with none ${shown('plain')} s`;
      } finally {
        watch.stop();
      }
    });
  },
};

export const jobProofs: readonly Proof[] = [endOfJob];

/** When each Job was seen complete. */
function watchJobs(kubectl: Kubectl, namespace: string) {
  const completedMs = new Map<string, number>();
  const child = kubectl.start(['get', 'jobs', `--namespace=${namespace}`, '--watch', '--output=json']);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    // Each object is indented: its last line is a brace alone.
    for (let end = text.indexOf('\n}\n'); end >= 0; end = text.indexOf('\n}\n')) {
      const job = JSON.parse(text.slice(0, end + 2)) as {
        metadata: { name: string };
        status: { completionTime?: string };
      };
      text = text.slice(end + 3);
      const { name } = job.metadata;
      if (job.status.completionTime !== undefined && !completedMs.has(name)) completedMs.set(name, Date.now());
    }
  });
  return { completedMs, stop: () => child.kill() };
}

async function programEnd(kubectl: Kubectl, namespace: string, job: string): Promise<number> {
  const answer = await kubectl.run(['logs', `--namespace=${namespace}`, `job/${job}`, '--container=app']);
  const { timeMs } = JSON.parse(answer.stdout.trim().split('\n').at(-1) ?? '') as { timeMs: number };
  return timeMs;
}

/** Its last log line. */
async function sidecarEnd(kubectl: Kubectl, namespace: string, job: string): Promise<number> {
  const answer = await kubectl.run(['logs', `--namespace=${namespace}`, `job/${job}`, '--container=alpine-resolver']);
  const { event, time } = JSON.parse(answer.stdout.trim().split('\n').at(-1) ?? '') as { event: string; time: string };
  hold(event === 'stopped', () => `the sidecar's last line: ${answer.stdout}`);
  return Date.parse(time);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}
