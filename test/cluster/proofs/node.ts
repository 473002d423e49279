/** The cluster itself: it has what the product stands on, without the product. */
import { until } from '../../support/machine/steps.ts';
import { inNamespace, lookUp, podOf, podSpecOf, waitReady } from './pods.ts';
import { type Proof, hold } from './proof.ts';
import { restricted, restrictedContainer, restrictedSecurityContext } from './restricted.ts';

const portSysctl = { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' };
const restrictedPod = { securityContext: { ...restrictedSecurityContext, sysctls: [portSysctl] } };

const sidecarOnPort53 = (image: string) => ({
  name: 'sidecar',
  image,
  imagePullPolicy: 'IfNotPresent',
  restartPolicy: 'Always',
  command: ['/bin/probe', 'occupy', '53'],
  ...restrictedContainer,
});

const nativeSidecar: Proof = {
  number: '0.1',
  name: 'the node runs native sidecars on port 53 without privileges, and files mounted over resolv.conf',
  foundation: true,
  prove: ({ kubectl, images }) =>
    inNamespace(kubectl, 'proof-sidecar', restricted, async (namespace) => {
      const text = 'nameserver 192.0.2.53\nsearch mounted.test\n';
      await kubectl.apply(
        podOf({
          namespace,
          name: 'native',
          image: images.alpine,
          annotations: { 'proof/resolv-conf': text },
          container: {
            ...restrictedContainer,
            volumeMounts: [{ name: 'file', mountPath: '/etc/resolv.conf', subPath: 'resolv.conf' }],
          },
          spec: {
            ...restrictedPod,
            initContainers: [sidecarOnPort53(images.alpine)],
            volumes: [
              {
                name: 'file',
                downwardAPI: {
                  items: [
                    {
                      path: 'resolv.conf',
                      fieldRef: { fieldPath: "metadata.annotations['proof/resolv-conf']" },
                    },
                  ],
                },
              },
            ],
          },
        }),
      );
      await waitReady(kubectl, namespace, 'native');
      const log = await kubectl.run(['logs', `--namespace=${namespace}`, 'native', '--container=sidecar']);
      hold(log.stdout.includes('"bound":true'), () => `port 53 could not be bound: ${log.stdout}`);
      const seen = await kubectl.exec(namespace, 'native', ['cat', '/etc/resolv.conf'], 'app');
      hold(seen.stdout === text, () => `/etc/resolv.conf holds ${JSON.stringify(seen.stdout)}`);
    }),
};

interface JobStatus {
  readonly status: { readonly completionTime?: string; readonly succeeded?: number };
}

interface PodList {
  readonly items: readonly {
    readonly status: {
      readonly containerStatuses: readonly {
        readonly name: string;
        readonly state: { readonly terminated?: { readonly finishedAt: string } };
      }[];
    };
  }[];
}

const job: Proof = {
  number: '0.2',
  name: 'a Job with a native sidecar completes',
  foundation: true,
  prove: ({ kubectl, images }) =>
    inNamespace(kubectl, 'proof-job', restricted, async (namespace) => {
      const spec = podSpecOf({
        image: images.alpine,
        probe: ['lookup', 'kubernetes.default'],
        container: restrictedContainer,
        spec: {
          ...restrictedPod,
          restartPolicy: 'Never',
          initContainers: [sidecarOnPort53(images.alpine)],
        },
      });
      await kubectl.apply({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'one', namespace },
        spec: { template: { spec } },
      });
      const completed = await until('completion of the Job', 30_000, async () => {
        const seen = await kubectl.get<JobStatus>([`--namespace=${namespace}`, 'job/one']);
        return seen.status.completionTime;
      });
      const pods = await kubectl.get<PodList>([`--namespace=${namespace}`, 'pods']);
      const finished = pods.items[0]?.status.containerStatuses[0]?.state.terminated?.finishedAt;
      hold(finished !== undefined, () => 'the program of the Job has no end time');
      const lagSeconds = (Date.parse(completed) - Date.parse(finished)) / 1000;
      return `${lagSeconds} s after the end of its program`;
    }),
};

const libraries: Proof = {
  number: '0.3',
  name: 'musl and glibc pods differ where the product is needed',
  prove: ({ kubectl, images, names }) =>
    inNamespace(kubectl, 'proof-libraries', {}, async (namespace) => {
      const asked = ['kubernetes.default', 'one.two.three.four.five.six', 'no.such.name.example.test'];
      const spec = names.dns(namespace);
      await kubectl.apply(
        podOf({ namespace, name: 'musl', image: images.alpine, spec }),
        podOf({ namespace, name: 'glibc', image: images.glibc, spec }),
      );
      await waitReady(kubectl, namespace, 'musl', 'glibc');
      const musl = await lookUp(kubectl, namespace, 'musl', asked);
      const glibc = await lookUp(kubectl, namespace, 'glibc', asked);
      const outcomes = (list: typeof musl) => list.map((lookup) => lookup.outcome).join(' ');
      hold(outcomes(glibc) === 'OK OK NONAME', () => `glibc: ${outcomes(glibc)}`);
      hold(outcomes(musl) === 'OK NONAME NONAME', () => `musl: ${outcomes(musl)}`);
    }),
};

export const nodeProofs: readonly Proof[] = [nativeSidecar, job, libraries];
