/** The timelines of a page, drawn to scale: a section for each, a row for each question. */
import { askedLines, type AskedLine } from './asked-lines.ts';
import { endpointText, typeText } from './evidence.ts';
import type { ExplainedTimeline } from './explanation.ts';
import { clockText } from './lookup-table.ts';
import { html } from './page-frame.ts';

/** What took no time at all is not drawn as if it had taken all of it. */
const smallestScaleMs = 1;

export function commonScaleMs(timelines: readonly ExplainedTimeline[]): number {
  return Math.max(...timelines.map(({ elapsedMs }) => elapsedMs), smallestScaleMs);
}

/** @param empty what stands there where nothing was asked */
export function timelineSections(timelines: readonly ExplainedTimeline[], empty = 'Nothing is asked.'): string {
  const scaleMs = commonScaleMs(timelines);
  return timelines.map((timeline, i) => resolverSection(timeline, i, { scaleMs, empty })).join('\n');
}

interface Drawn {
  readonly scaleMs: number;
  readonly empty: string;
}

function resolverSection(explained: ExplainedTimeline, index: number, { scaleMs, empty }: Drawn): string {
  const { title, timeline, elapsedMs } = explained;
  const scale: Scale = { allMs: scaleMs, ownMs: Math.max(elapsedMs, smallestScaleMs) };
  const refused = timeline.rejected === undefined ? '' : '<p>The name is refused without a query.</p>';
  const unasked = timeline.candidates.length === 0 && refused === '' ? `<p>${html(empty)}</p>` : '';
  return `<section class="resolver" aria-labelledby="timeline-${index}">
<h2 id="timeline-${index}" tabindex="-1">${html(title)}</h2>${refused}${unasked}
${timeline.candidates.map((_, i) => candidateDetails(explained, i, scale)).join('\n')}
</section>`;
}

interface Scale {
  readonly allMs: number;
  readonly ownMs: number;
}

function candidateDetails({ timeline, words, partsAt }: ExplainedTimeline, index: number, scale: Scale): string {
  const candidate = timeline.candidates[index];
  if (candidate === undefined) return '';
  const parts = partsAt?.candidate === index;
  const note = parts
    ? `<strong class="bad">here it parts from glibc${partsAt.number === undefined ? '' : ` (${partsAt.number})`}</strong>`
    : '';
  const name = candidate.name === '' ? '.' : candidate.name;
  const lines = askedLines(candidate.steps);
  return `<details open${parts ? ' class="parts"' : ''}><summary><h3>${html(name)}</h3><span>${html(words[index] ?? '')}</span>${note}</summary>
<div class="questions" tabindex="0" role="region" aria-label="Questions for ${html(name)}">${lines.length === 0 ? '<p class="dim">Nothing is asked.</p>' : questionsTable(lines, scale)}</div></details>`;
}

function questionsTable(lines: readonly AskedLine[], scale: Scale): string {
  const { allMs, ownMs } = scale;
  const ends = (className: string, ms: number) => `<span class="${className}">${clockText(ms)}</span>`;
  return `<table><thead><tr><th class="number">Sent</th><th>Type</th><th>Server</th><th>Reply</th><th><span class="scale"><span>0</span>${ends('all', allMs)}${ends('own', ownMs)}</span></th></tr></thead>
<tbody>
${lines.map((line) => questionRow(line, scale)).join('\n')}
</tbody></table>`;
}

function questionRow(line: AskedLine, scale: Scale): string {
  const server = line.server === undefined ? '' : `${endpointText(line.server)} ${line.transport}`;
  const often = line.count > 1 ? `, ${line.count} times until ${clockText(line.lastAtMs)}` : '';
  const took = line.tookMs === undefined ? '' : ` +${clockText(line.tookMs)}`;
  const addresses = line.addresses.length === 0 ? '' : `: ${line.addresses.join(' ')}`;
  const reply = `${line.text}${often}${addresses}${took}`;
  return `<tr><td class="mono number">${clockText(line.atMs)}</td><td class="mono">${typeText(line.type)}</td><td class="mono">${html(server)}</td><td>${html(reply)}</td><td><div class="track" aria-hidden="true">${bars(line, scale)}</div></td></tr>`;
}

/** Each time that it was asked: from the question to its reply, or to the end of the waiting. */
function bars({ marks, tookMs, isFailure }: AskedLine, { allMs, ownMs }: Scale): string {
  const share = (ms: number, ofMs: number): string => String(Math.round((ms / ofMs) * 10_000) / 10_000);
  const kind = tookMs === undefined ? ' silent' : isFailure ? ' failed' : '';
  return marks
    .map(({ atMs, lengthMs }) => {
      const places = [
        `--all-start:${share(atMs, allMs)}`,
        `--all-width:${share(lengthMs, allMs)}`,
        `--own-start:${share(atMs, ownMs)}`,
        `--own-width:${share(lengthMs, ownMs)}`,
      ];
      return `<span class="bar${kind}" style="${places.join(';')}"></span>`;
    })
    .join('');
}
