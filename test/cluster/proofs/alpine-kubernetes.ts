/** docs/from-alpine-kubernetes.md, followed with an image that behaves as theirs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import type { Kubectl } from '../kubectl.ts';
import { inNamespace, onlyPodOf, podOf, waitReady, waitRollout } from './pods.ts';
import { ensureProduct } from './product.ts';
import { hold, type Proof } from './proof.ts';
import { ask, isSame, type Question } from './questions.ts';
import { deploymentOf } from './workload-objects.ts';

const questions: readonly Question[] = [
  'kubernetes.default',
  'kubernetes.default.svc',
  'nosuchname',
  'www.example.test',
  'one.two.three.four.five.six',
].map((name) => ({ what: name, by: 'getaddrinfo', words: [name], options: ['-c'] }));

const told = {
  DNSMASQ_LISTEN: '0.0.0.0',
  DNSMASQ_DEFAULT: 'true',
  DNSMASQ_HOSTSFILE: '/etc/hosts',
  DNSMASQ_NDOTS: '2',
};

const followed: Proof = {
  number: '10.2',
  name: 'the page that leads from alpine-kubernetes, followed: what the image told its resolver, the sidecar is told',
  async prove(context) {
    const { kubectl, images, names } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-alpine-kubernetes', {}, async (namespace) => {
      const dns = names.dns(namespace);
      const own = { namespace, image: images.ownResolver, spec: dns };
      const program = { command: undefined, args: ['/bin/probe', 'wait'] };
      await kubectl.apply(
        deploymentOf({ ...own, name: 'legacy', container: { ...program, env: variables(told) } }),
        podOf({ namespace, name: 'glibc', image: images.glibc, spec: withNdots(dns, '2') }),
      );
      await waitRollout(kubectl, namespace, 'deployment/legacy');
      const [optIn, restart, status, log] = await commandsOfPage(namespace);
      await kubectl.run(optIn);
      // Who types the page's commands leaves the webhook time to hear of the label.
      await sleep(1000);
      await kubectl.run(restart);
      await waitRollout(kubectl, namespace, 'deployment/legacy');
      await waitReady(kubectl, namespace, 'glibc');
      const legacy = await until('one pod of the Deployment', 60_000, () => onlyPodOf(kubectl, namespace, 'legacy'));
      const added = (await kubectl.run(status)).stdout;
      hold(added.includes('initContainers/alpine-resolver/env/DNSMASQ_NDOTS'), () => `the status: ${added}`);
      hold(!/env\/DNSMASQ_(LISTEN|DEFAULT|HOSTSFILE)/.test(added), () => `the status: ${added}`);
      const lines = (await kubectl.run(log.map((word) => (word === 'POD' ? legacy.pod : word)))).stdout
        .split('\n')
        .filter((line) => line.includes('old-variable'));
      hold(lines.length === 1 && lines[0]?.includes('RESOLVER_NDOTS=2') === true, () => `the log: ${lines.join('\n')}`);
      const injected = await ask(kubectl, legacy, questions);
      const glibc = await ask(kubectl, { namespace, pod: 'glibc', address: '' }, questions);
      const wrong = questions.filter((_question, index) => {
        const [ours, theirs] = [injected[index], glibc[index]];
        return ours === undefined || theirs === undefined || !isSame(ours, theirs);
      });
      hold(wrong.length === 0, () => `not as glibc: ${JSON.stringify({ injected, glibc })}`);
      await twoThatDiffer(kubectl, { ...own, program });
      return `${questions.length} names as glibc`;
    });
  },
};

export const alpineKubernetesProofs: readonly Proof[] = [followed];

interface Differing {
  readonly namespace: string;
  readonly image: string;
  readonly spec: object;
  readonly program: object;
}

/** None of them counts, and the owner is told. */
async function twoThatDiffer(kubectl: Kubectl, { namespace, image, spec, program }: Differing): Promise<void> {
  const container = (name: string, ndots: string): object => ({
    ...{ name, image, imagePullPolicy: 'IfNotPresent', ...program },
    env: variables({ DNSMASQ_NDOTS: ndots }),
  });
  const containers = [container('app', '1'), container('other', '2')];
  await kubectl.apply(deploymentOf({ namespace, image, name: 'differing', spec: { ...spec, containers } }));
  await waitRollout(kubectl, namespace, 'deployment/differing');
  const { pod } = await onlyPodOf(kubectl, namespace, 'differing');
  const given = (await kubectl.run(['get', `--namespace=${namespace}`, `pod/${pod}`, '--output=json'])).stdout;
  hold(!given.includes('alpine-resolver/env/DNSMASQ'), () => `handed on: ${given}`);
  await until('the event about two containers that differ', 30_000, async () => {
    const events = (await kubectl.run(['get', 'events', `--namespace=${namespace}`, '--output=json'])).stdout;
    return events.includes('variables-not-copied: containers app and other set different') ? true : undefined;
  });
}

/** The commands of the page, without kubectl itself and what follows in a pipe. */
async function commandsOfPage(namespace: string): Promise<[string[], string[], string[], string[]]> {
  const page = await readFile(join(projectFolder, 'docs/from-alpine-kubernetes.md'), 'utf8');
  const blocks = [...page.matchAll(/^ *```sh\n\s*kubectl ([^`]*?)\s*```$/gm)].map(([, text = '']) => text);
  const words = blocks.map((text) =>
    [...(text.split(' | ')[0] ?? '').matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) =>
      word.replaceAll("'", '').replaceAll('NAMESPACE', namespace),
    ),
  );
  const [optIn, restart, status, log] = words;
  if (!optIn || !restart || !status || !log || words.length !== 4)
    throw new Error(`docs/from-alpine-kubernetes.md has ${words.length} commands of kubectl in place of 4`);
  return [optIn, restart, status, log];
}

function variables(texts: Readonly<Record<string, string>>): object[] {
  return Object.entries(texts).map(([name, value]) => ({ name, value }));
}

function withNdots(dns: object, value: string): object {
  const { dnsConfig = {} } = dns as { dnsConfig?: object };
  return { ...dns, dnsConfig: { ...dnsConfig, options: [{ name: 'ndots', value }] } };
}
