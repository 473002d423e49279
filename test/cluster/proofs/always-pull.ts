/** The admission plug-in AlwaysPullImages, which changes our container between the two calls and refuses any that it did not. */
import { kubectlOf, type Kubectl } from '../kubectl.ts';
import { secondApiServer, withSecondApiServer } from '../machine/parts.ts';
import { inNamespace, type PodOptions, podOf } from './pods.ts';
import { ensureProduct, optedIn } from './product.ts';
import { type Proof, hold, ownClusterOf } from './proof.ts';

const amounts = { cpu: '50m', memory: '32Mi' };

/** Each way in which a pod is injected. */
const pods: readonly Pick<PodOptions, 'name' | 'spec' | 'container'>[] = [
  { name: 'usual' },
  { name: 'guaranteed', container: { resources: { requests: amounts, limits: amounts } } },
  { name: 'pod-resources', spec: { resources: { requests: amounts, limits: { cpu: '500m', memory: '256Mi' } } } },
  { name: 'node-dns', spec: { dnsPolicy: 'Default' } },
];

interface Container {
  readonly name: string;
  readonly imagePullPolicy: string;
}

interface Pod {
  readonly spec: { readonly initContainers?: readonly Container[]; readonly containers: readonly Container[] };
}

/** No registry is there from which such pods could be pulled: `--dry-run=server` goes all the way but storing. */
const alwaysPull: Proof = {
  number: '4.10',
  name: 'an API server with AlwaysPullImages takes injected pods, and all their images are always pulled',
  ownCluster: true,
  async prove(context) {
    await ensureProduct(context);
    const { machine, programs } = ownClusterOf(context);
    const [program, ...first] = context.kubectl.command;
    const second = kubectlOf([program, ...first, secondApiServer]);
    return inNamespace(context.kubectl, 'proof-always-pull', optedIn, (namespace) =>
      withSecondApiServer(machine, programs, {
        plugins: ['AlwaysPullImages'],
        async work() {
          for (const options of pods) {
            const pod = podOf({ namespace, image: context.images.alpine, ...options });
            const usual = await policiesOf(context.kubectl, pod);
            hold(
              usual === 'alpine-resolver: IfNotPresent, app: IfNotPresent',
              () => `${options.name}, first server: ${usual}`,
            );
            const always = await policiesOf(second, pod);
            hold(
              always === 'alpine-resolver: Always, app: Always',
              () => `${options.name}, with AlwaysPullImages: ${always}`,
            );
          }
          return `${pods.length} pods`;
        },
      }),
    );
  },
};

export const alwaysPullProofs: readonly Proof[] = [alwaysPull];

async function policiesOf(kubectl: Kubectl, pod: object): Promise<string> {
  const answer = await kubectl.try(['create', '--dry-run=server', '--output=json', '--filename=-'], {
    input: JSON.stringify(pod),
  });
  if (answer.code !== 0) return `refused: ${answer.stderr.trim()}`;
  const { spec } = JSON.parse(answer.stdout) as Pod;
  return [...(spec.initContainers ?? []), ...spec.containers]
    .map(({ name, imagePullPolicy }) => `${name}: ${imagePullPolicy}`)
    .join(', ');
}
