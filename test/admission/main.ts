/** Entry of `npm run test:admission`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { createRandom, freshSeed, seedOf } from '../support/random.ts';
import { seconds } from '../support/machine/steps.ts';
import { judge, runChain, type Finding, type PodCase, type Sum } from './chain.ts';
import { clusterObjects, limitRangeNamespaces, namespaces } from './cluster-objects.ts';
import { compareDnsRules } from './dns-rules.ts';
import { plantedFaults } from './planted-faults.ts';
import { buildPrograms, missingGo, type ChainProgram } from './programs.ts';
import { randomPod } from './random-pod.ts';
import { startRealWebhook } from './real-webhook.ts';

const usage = `npm run test:admission
  -- --seed NUMBER       in place of the random seed
  -- --pods NUMBER       generated pods of each seed
  -- --kubernetes v1.34  that version alone
  -- --only PATTERN      only the parts whose name matches
  -- --show NUMBER       findings that are printed for each part, with their pods
  -- --quiet             without their pods
  -- --refusals          why pods are refused without us
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kubernetes: { type: 'string', default: 'v' },
    pods: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    show: { type: 'string', default: '3' },
    quiet: { type: 'boolean', default: false },
    refusals: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Half of the pods are the same in every run. */
const fixedSeed = 20_261_129;
const fuzzedOfSeed = 100;
const changes = [
  ...['none', 'none', 'none', 'none', 'pull-policy', 'mirror', 'probe-handlers', 'requests-raised', 'volume-source'],
  ...['init-in-front', 'variable-added', 'mount-added', 'without-pull-policy', 'without-restart', 'without-resources'],
  ...['without-security', 'without-livenessProbe', 'without-startupProbe', 'without-variables', 'without-mounts'],
  ...['without-volume', 'without-label', 'without-dns'],
] as const;
const gates = { 'default gates': '', AllBeta: 'AllBeta=true' } as const;

let passed = 0;
let failed = 0;

if (values.help) process.stdout.write(usage);
else {
  const startedMs = performance.now();
  const missing = await missingGo();
  if (missing === undefined) await testAll();
  else if (process.env['CI'] === 'true') {
    process.stderr.write(`${missing}: without it nothing is tested\n`);
    failed++;
  } else process.stdout.write(`NOTHING IS TESTED: ${missing}\n`);
  process.stdout.write(`${seconds(performance.now() - startedMs)}\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function testAll(): Promise<void> {
  const programs = await buildPrograms(values.kubernetes);
  const randomSeed = values.seed === undefined ? freshSeed() : Number(values.seed);
  process.stdout.write(`seeds: ${fixedSeed}, and the random one ${randomSeed} (again with --seed ${randomSeed})\n`);
  process.stdout.write(`${limitRangeNamespaces.length} sets of LimitRanges in ${namespaces.length} namespaces\n`);
  for (const program of programs) {
    // As the API server stores them, defaults included.
    const objects = (await runChain(program, 'objects', { text: JSON.stringify(clusterObjects()) })) as JsonObject[];
    const webhook = await startRealWebhook(objects, program.minor, 'IfNotPresent');
    // As it runs in a cluster with AlwaysPullImages: its own pod has the policy of the plug-in.
    const underAlwaysPull = await startRealWebhook(objects, program.minor, 'Always');
    const surroundings = { program, webhook, underAlwaysPull, configuration: shippedConfiguration(), objects };
    try {
      await testGates(surroundings, [fixedSeed, randomSeed]);
      if (program.minor === 34) await testPlantedFaults(surroundings);
    } finally {
      await Promise.all([webhook.stop(), underAlwaysPull.stop()]);
    }
    await compareDns(program, [fixedSeed, randomSeed]);
  }
}

type Surroundings = Pick<
  Parameters<typeof judge>[0],
  'program' | 'webhook' | 'underAlwaysPull' | 'configuration' | 'objects'
>;

async function testGates(surroundings: Surroundings, seeds: readonly number[]): Promise<void> {
  const { version, minor } = surroundings.program;
  for (const [name, chosen] of Object.entries(gates)) {
    // The client of the test has no streaming lists, which AllBeta of 1.34 makes the informers wait for.
    const featureGates = chosen !== '' && minor === 34 ? `${chosen},WatchListClient=false` : chosen;
    for (const seed of seeds) {
      await part(`${version}, ${name}, seed ${seed}`, async () =>
        judge({ ...surroundings, featureGates, seed, cases: casesOf(seed), fuzzed: fuzzedOfSeed }),
      );
    }
  }
}

async function testPlantedFaults(surroundings: Surroundings): Promise<void> {
  for (const { name, kind } of plantedFaults)
    await planted(`${surroundings.program.version}, planted fault ${name}`, kind, async () =>
      judge({
        ...surroundings,
        featureGates: '',
        seed: fixedSeed,
        cases: casesForFaults(casesOf(fixedSeed)),
        fuzzed: 0,
        fault: name,
      }),
    );
}

/** Some of them once more as a pod that has no nameserver at all: chance makes few of those. */
function casesForFaults(cases: readonly PodCase[]): PodCase[] {
  const withoutNameserver = cases.slice(0, 20).map((one): PodCase => {
    const pod = structuredClone(one.pod);
    Object.assign(pod['spec'] as JsonObject, { dnsPolicy: 'None', dnsConfig: {} });
    return { ...one, name: `${one.name}-without-nameserver`, pod };
  });
  return [...cases.slice(0, 250), ...withoutNameserver];
}

function casesOf(seed: number): PodCase[] {
  return Array.from({ length: Number(values.pods) }, (_, index) => {
    const random = createRandom(seedOf(seed, index));
    const name = `pod-${index}`;
    // Each change meets each namespace, with and without AlwaysPullImages.
    const namespace = namespaces[index % namespaces.length] ?? 'free';
    return {
      name,
      namespace,
      alwaysPull: random.chance(0.5),
      change: random.pick(changes),
      pod: randomPod(random, { name, namespace }),
    };
  });
}

/** What users install. */
function shippedConfiguration(): JsonObject {
  const file = join(import.meta.dirname, '../../manifests/webhook-configuration.yaml');
  return parse(readFileSync(file, 'utf8')) as JsonObject;
}

interface Judged {
  readonly sum: Sum;
  readonly findings: readonly Finding[];
}

function isChosen(name: string): boolean {
  return new RegExp(values.only, 'i').test(name);
}

async function part(name: string, work: () => Promise<Judged>): Promise<void> {
  if (!isChosen(name)) return;
  const startedMs = performance.now();
  const { sum, findings } = await work();
  const faulty = new Set(findings.map((finding) => finding.case.name)).size;
  passed += sum.cases - faulty;
  failed += faulty;
  const took = seconds(performance.now() - startedMs);
  process.stdout.write(
    `${faulty === 0 ? 'ok  ' : 'FAIL'} ${name}: ${sum.cases} pods, ${sum.valid} valid without us, ${sum.injected} injected, ${took}\n`,
  );
  const kinds = Map.groupBy(findings, ({ kind }) => kind);
  for (const [kind, found] of kinds) process.stdout.write(`     ${kind}: ${found.length}\n`);
  for (const { kind, detail, case: pod } of findings.slice(0, Number(values.show)))
    process.stdout.write(
      `  ${pod.name}, ${pod.namespace}, ${pod.change}: ${kind}: ${detail}\n${values.quiet ? '' : `${JSON.stringify(pod)}\n`}`,
    );
  if (values.refusals)
    for (const [text, count] of Object.entries(sum.refusals)) process.stdout.write(`  ${count} refused: ${text}\n`);
}

async function planted(name: string, kind: string, work: () => Promise<Judged>): Promise<void> {
  if (!isChosen(name)) return;
  const { findings } = await work();
  const found = findings.filter((finding) => finding.kind === kind).length;
  if (found > 0) passed++;
  else failed++;
  process.stdout.write(`${found > 0 ? 'ok  ' : 'FAIL'} ${name}: ${found} times found as ${kind}\n`);
}

async function compareDns(program: ChainProgram, seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const name = `${program.version}, DNS fields, seed ${seed}`;
    if (!isChosen(name)) continue;
    const { count, verdicts, differences } = await compareDnsRules(program, seed);
    passed += count - differences.length;
    failed += differences.length;
    process.stdout.write(
      `${differences.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${count} compared, ${JSON.stringify(verdicts)}\n`,
    );
    for (const difference of differences.slice(0, 10)) process.stdout.write(`     ${difference}\n`);
  }
}
