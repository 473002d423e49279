/** Every dnsPolicy, beside a glibc pod that has the same. */
import { nodeSearchDomain } from '../machine/addresses.ts';
import { inNamespace, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn } from './product.ts';
import { type Proof, hold } from './proof.ts';
import { type Question, ask, formatAnswer, isSame } from './questions.ts';
import { columns } from './run-proofs.ts';
import { searchedName } from './workloads.ts';

const asked = ['kubernetes.default', 'intranet', 'wiki', 'wiki.tools', searchedName, 'www.example.test', 'nosuchname'];
const questions = asked.map((name): Question => ({ what: name, by: 'getaddrinfo', words: [name], options: ['-c'] }));

const dnsPolicies: Proof = {
  number: '4.8',
  name: 'dnsPolicy ClusterFirst, Default, None with a dnsConfig, ClusterFirstWithHostNet: as a glibc pod with the same',
  async prove(context) {
    const { kubectl, images, names, print } = context;
    await ensureProduct(context);
    const policies: Readonly<Record<string, object>> = {
      'cluster-first': { dnsPolicy: 'ClusterFirst' },
      'cluster-first-merged': {
        dnsPolicy: 'ClusterFirst',
        dnsConfig: { searches: ['tools.corp.test'], options: [{ name: 'ndots', value: '2' }] },
      },
      default: { dnsPolicy: 'Default' },
      none: {
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: [names.outsideNameserver],
          searches: [nodeSearchDomain],
          options: [{ name: 'ndots', value: '3' }],
        },
      },
      'host-net': { dnsPolicy: 'ClusterFirstWithHostNet' },
    };
    return inNamespace(kubectl, 'proof-policies', optedIn, async (namespace) => {
      const kinds = Object.keys(policies);
      await kubectl.apply(
        ...Object.entries(policies).flatMap(([name, spec]) => [
          podOf({ namespace, name: `${name}-musl`, image: images.alpine, spec }),
          podOf({ namespace, name: `${name}-glibc`, image: images.glibc, spec }),
        ]),
      );
      await waitReady(kubectl, namespace, ...kinds.flatMap((name) => [`${name}-musl`, `${name}-glibc`]));
      const lines: string[][] = [['', ...asked]];
      for (const name of kinds) {
        const injected = await ask(kubectl, { namespace, pod: `${name}-musl`, address: '' }, questions);
        const glibc = await ask(kubectl, { namespace, pod: `${name}-glibc`, address: '' }, questions);
        lines.push([name, ...injected.map(formatAnswer)]);
        const wrong = asked.filter((_name, index) => {
          const [ours, theirs] = [injected[index], glibc[index]];
          return ours === undefined || theirs === undefined || !isSame(ours, theirs);
        });
        hold(wrong.length === 0, () => `${name}, not as glibc: ${JSON.stringify({ wrong, injected, glibc })}`);
        hold(
          injected.some(({ outcome }) => outcome === 'OK'),
          () => `${name}: no name resolves at all`,
        );
        const mark = '--output=jsonpath={.metadata.labels.alpine-resolver\\.io/injected} {.spec.dnsPolicy}';
        const pod = await kubectl.run(['get', `--namespace=${namespace}`, `pod/${name}-musl`, mark]);
        hold(pod.stdout === (name === 'default' ? 'true Default' : 'true None'), () => `${name}: ${pod.stdout}`);
      }
      for (const line of columns(lines).split('\n')) print(line);
      return `${kinds.length} configurations, ${asked.length} names each`;
    });
  },
};

export const dnsPolicyProofs: readonly Proof[] = [dnsPolicies];
