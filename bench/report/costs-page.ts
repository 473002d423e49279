/** `docs/costs.md`: what a pod gains and pays, from the figures. */
import { sidecarFresh, sidecarWithRoom } from '../servers/sidecar.ts';
import { generatedFrom, table } from '../../scripts/generate/markdown.ts';
import { figureTexts, type FigureName } from '../figure-texts.ts';
import type { Results, Row } from '../results.ts';
import type { Spread } from '../statistics.ts';
import { numberText, quietPercent } from './numbers.ts';
import { pictureFile } from './results-page.ts';

export function costsPage(results: Results): string {
  const find = finder(results);
  const sections = allSections
    .filter(({ needs }) => needs.every((name) => results[name] !== undefined))
    .map(({ needs: [first], text }) => `${text(find)}${pictures(results, first)}`);
  return `${generatedFrom('bench/results.json')}
# What it costs

Each pod that is injected gets one more container. This page says what that container takes, what lookups take through it, and
what the pod gets for it. All numbers are medians of [\`npm run bench\`](../bench/RESULTS.md), which has machine, versions, spread and the
goals.${busyText(results)}

${sections.join('\n\n')}

## What a pod gains

* Names resolve as with glibc, whatever musl its image has: [the differences that are left](residual-divergences.md).
* One place that says what happened to a lookup: [metrics](metrics.md) and [log](log-events.md).
`;
}

function busyText(results: Results): string {
  const busy = Object.values(results).some(({ taken }) => (taken.foreignPercent ?? 0) > quietPercent);
  return busy ? ' Some were taken while other programs worked on the machine; there it says which.' : '';
}

/** A section stands in the page once its figures were taken. The pictures are those of the first. */
const allSections: readonly { readonly needs: readonly [FigureName, ...FigureName[]]; text(find: Find): string }[] = [
  { needs: ['memory'], text: memorySection },
  { needs: ['cached', 'not-cached'], text: processorSection },
  { needs: ['latency'], text: latencySection },
  { needs: ['upstream-queries'], text: upstreamSection },
  { needs: ['start'], text: startSection },
  { needs: ['webhook'], text: webhookSection },
];

/** A median as text; what was not measured is a dash. */
type Find = (figure: FigureName, tableKey: string, row: string, column: string, digits: number) => string;

function finder(results: Results): Find {
  return (figure, tableKey, label, column, digits) => {
    const rows = results[figure]?.tables.find(({ key }) => key === tableKey)?.rows ?? [];
    const value: Spread | undefined = rows.find((row: Row) => row.label === label)?.values[column];
    return value === undefined || value.runs === 0 ? '–' : numberText(value.median, digits);
  };
}

const ours = 'alpine-resolver';

function memorySection(find: Find): string {
  const of = (row: string, column: string): string => find('memory', 'memory', row, column, 1);
  const moments = {
    idle: 'at rest',
    load: 'under load, at most',
    flood: 'in a flood of names that nobody asked before, at most',
    silent: 'behind nameservers that never answer, at most',
    after: 'a minute after 200,000 queries over 100,000 names',
    afterWithQueries: 'the same, while 20 queries a second go on',
  };
  return `## Memory

${table(
  ['MiB of its own (anonymous)', ours, 'dnsmasq', 'CoreDNS'],
  Object.entries(moments).map(([key, text]) => [text, ...[ours, 'dnsmasq', 'CoreDNS'].map((row) => of(row, key))]),
)}

Beside these it has the pages of the \`node\` program in memory, which all containers of a node share that run from the same image:
resident are ${of(ours, 'idleResident')} MiB at rest and ${of(ours, 'loadResident')} MiB under load.`;
}

function processorSection(find: Find): string {
  const rate = (figure: FigureName, row: string): string => find(figure, 'throughput', row, 'rate', 1);
  const rows = [ours, sidecarWithRoom.name, sidecarFresh.name, 'dnsmasq', 'unbound', 'CoreDNS'].map((row) => [
    row,
    rate('cached', row),
    rate('not-cached', row),
  ]);
  const floors = [
    ['a Node.js program that sends every datagram back', rate('cached', 'echo in Node.js'), ''],
    ['a Node.js program that forwards, fresh sockets', '', rate('not-cached', 'Node.js forwarder, fresh sockets')],
    ['the same over a pool', '', rate('not-cached', 'Node.js forwarder, pool')],
  ];
  return `## Processor

Thousand queries that a second of processor time answers:

${table(['', 'from memory', 'asked upstream'], [...rows, ...floors])}`;
}

function latencySection(find: Find): string {
  const ways = [
    'musl through alpine-resolver',
    'glibc, directly',
    'musl, directly',
    'musl through dnsmasq, searching by itself',
  ];
  const rows = ways.map((way) => [
    way,
    find('latency', 'cold', way, 'com', 1),
    find('latency', 'not-cached', way, 'median', 2),
    find('latency', 'warm', way, 'median', 2),
    find('latency', 'warm', way, 'p99', 2),
  ]);
  return `## Time of a lookup

\`getaddrinfo\` of a program: an external name that is cold, with \`ndots:5\` and four search domains, in round trips to the nameserver; and
on loopback a name at the fourth search domain, not kept and kept, in milliseconds.

${table(['', 'cold, round trips', 'not kept, ms', 'kept, ms', 'kept, 99 %, ms'], rows)}`;
}

function upstreamSection(find: Find): string {
  const count = (row: string, column: string): string => find('upstream-queries', 'queries', row, column, 0);
  return `## Queries that reach the cluster's DNS

For 10,000 lookups of 50 names in ten minutes glibc sends ${count('glibc', 'ttl30')} queries; a pod with the sidecar
${count(ours, 'ttl30')} where records and denials live 30 seconds, and ${count(ours, 'ttl300')} where they live 300.`;
}

function startSection(find: Find): string {
  const first = (row: string): string => find('start', 'start', row, 'first', 0);
  return `## Start

The sidecar answers ${first(ours)} ms after its process began, a bare Node.js program that echoes ${first('echo in Node.js')} ms.
The other containers of a pod wait for that, and for the kubelet to see it: at the limit of 250m CPU they start 1.1 to 1.9 s after the
sidecar's process, [of which the kubelet's two looks are most](decisions/the-kubelet-waits-for-the-sidecar-by-its-probe.md).`;
}

function webhookSection(find: Find): string {
  const of = (column: string, digits: number): string =>
    find('webhook', 'webhook', 'alpine-resolver webhook', column, digits);
  return `## The webhook

Once per cluster, not per pod: on one processor it reviews ${of('rate', 0)} pods a second. At 300 a second 99 % of them take at most
${of('p99At300', 1)} ms, and at 600 ${of('p99At600', 1)} ms. Resident memory is ${of('idle', 0)} MiB at rest and ${of('resident', 0)} MiB after as
many reviews as it can take.`;
}

/** Of a figure that was not measured there are none. */
function pictures(results: Results, name: FigureName): string {
  const text = figureTexts.find((one) => one.name === name);
  if (text === undefined || results[name] === undefined) return '';
  return text.pictures.map((one) => `\n\n![${one.title}](../bench/${pictureFile(name, one)})`).join('');
}
