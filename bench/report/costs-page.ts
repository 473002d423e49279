/** `docs/costs.md`: what a pod gains and pays, from the figures. */
import { generatedFrom } from '../../scripts/generate/markdown.ts';
import { figureTexts, type FigureName } from '../figure-texts.ts';
import type { Results } from '../results.ts';
import { numberText } from './numbers.ts';
import { pictureFile } from './results-page.ts';

export function costsPage(results: Results): string {
  return `${generatedFrom('bench/results.json')}
# What it costs

Each pod that is injected gets one more container. This page says what it takes, what lookups take through it, and what the pod
gets for it. The numbers come from [\`npm run bench\`](../bench/RESULTS.md), where others for the same purpose stand beside them with
machine, versions and spread.

## Processor

${processorText(results)}

${picture(results, 'cached')}

## What a pod gains

* Names resolve as with glibc, whatever musl its image has: [the differences that are left](residual-divergences.md).
* One place that says what happened to a lookup: [metrics](metrics.md) and [log](log-events.md).
`;
}

/** Of a figure that was not measured there is none. */
function picture(results: Results, name: FigureName): string {
  const text = figureTexts.find((one) => one.name === name);
  if (text === undefined || results[name] === undefined) return '';
  return text.pictures.map((one) => `![${one.title}](../bench/${pictureFile(name, one)})`).join('\n\n');
}

function processorText(results: Results): string {
  const rate = (figure: string, row: string): string => {
    const found = results[figure]?.tables[0]?.rows.find(({ label }) => label === row)?.values['rate'];
    return found === undefined ? 'an unknown number of' : numberText(found.median * 1000, 0);
  };
  const microseconds = (figure: string): string => {
    const found = results[figure]?.tables[0]?.rows.find(({ kind }) => kind === 'ours')?.values['rate'];
    return found === undefined ? 'unknown' : numberText(1000 / found.median, 0);
  };
  return `A query that is answered from memory takes ${microseconds('cached')} µs of processor time, one that goes to a nameserver
${microseconds('not-cached')} µs. A processor answers ${rate('cached', 'alpine-resolver')} queries a second from memory; dnsmasq
${rate('cached', 'dnsmasq')}, CoreDNS ${rate('cached', 'CoreDNS')}, and a Node.js program that only sends every datagram back
${rate('cached', 'echo in Node.js')}.`;
}
