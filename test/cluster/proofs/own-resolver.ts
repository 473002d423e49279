/** Images with a resolver of their own, which the variable ALPINE_NO_RESOLVER tells to leave port 53 alone. */
import { inNamespace, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn, optedOut } from './product.ts';
import { type Proof, hold } from './proof.ts';
import { type Question, ask, isSame } from './questions.ts';

const questions: readonly Question[] = [
  'kubernetes.default',
  'kubernetes.default.svc',
  'own-resolver-target',
  'nosuchname',
  'www.example.test',
  'one.two.three.four.five.six',
].map((name) => ({ what: name, by: 'getaddrinfo', words: [name], options: ['-c'] }));

const ownResolver: Proof = {
  number: '10',
  name: 'an image with a resolver of its own, which overwrites /etc/resolv.conf, runs injected without a clash and resolves',
  async prove(context) {
    const { kubectl, images, names } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-own-resolver', optedIn, async (namespace) => {
      // Its own entry point, and what that starts.
      const container = { command: undefined, args: ['/bin/probe', 'wait'] };
      const legacy = { namespace, image: images.ownResolver, container, spec: names.dns(namespace) };
      await kubectl.apply(
        podOf({ ...legacy, name: 'alone', labels: optedOut }),
        podOf({ ...legacy, name: 'injected' }),
        podOf({ namespace, name: 'glibc', image: images.glibc, spec: names.dns(namespace) }),
      );
      await waitReady(kubectl, namespace, 'alone', 'injected', 'glibc');
      const said = async (pod: string) =>
        (await kubectl.run(['logs', `--namespace=${namespace}`, pod, '--container=app'])).stdout;
      const seen = async (pod: string) =>
        (await kubectl.exec(namespace, pod, ['cat', '/etc/resolv.conf'], 'app')).stdout;
      hold((await said('alone')).includes('"bound":true'), () => 'by itself the image does not start its resolver');
      const log = await said('injected');
      hold(log.includes('resolver: left out'), () => `injected, the image says: ${log}`);
      const file = await seen('injected');
      hold(file === 'nameserver 127.0.0.1\n', () => `/etc/resolv.conf was not overwritten: ${file}`);
      const injected = await ask(kubectl, { namespace, pod: 'injected', address: '' }, questions);
      const glibc = await ask(kubectl, { namespace, pod: 'glibc', address: '' }, questions);
      const wrong = questions.filter((_question, index) => {
        const [ours, theirs] = [injected[index], glibc[index]];
        return ours === undefined || theirs === undefined || !isSame(ours, theirs);
      });
      hold(wrong.length === 0, () => `not as glibc: ${JSON.stringify({ injected, glibc })}`);
      const restarts = await kubectl.run([
        'get',
        `--namespace=${namespace}`,
        'pod/injected',
        '--output=jsonpath={.status.containerStatuses[*].restartCount} {.status.initContainerStatuses[*].restartCount}',
      ]);
      hold(restarts.stdout === '0 0', () => `restarts: ${restarts.stdout}`);
      const sidecar = await kubectl.run([
        'logs',
        `--namespace=${namespace}`,
        'injected',
        '--container=alpine-resolver',
      ]);
      hold(sidecar.stdout.includes('"mode":"plain"'), () => `the sidecar did not notice: ${sidecar.stdout}`);
      return `${questions.length} names as glibc`;
    });
  },
};

export const ownResolverProofs: readonly Proof[] = [ownResolver];
