/** An explanation as one page that needs nothing beside itself: no script, no font, no request. */
import { muslTitle, shortMuslTitle } from '../models/musl-choice.ts';
import { printable } from '../terminal/output.ts';
import { askedLines, type AskedLine } from './asked-lines.ts';
import { likeness, type Lookup } from './comparison.ts';
import { endpointText, typeText } from './evidence.ts';
import type { ExplainedParting, ExplainedTimeline, Explanation } from './explanation.ts';
import { pageOf } from './explanation-text.ts';
import { clockText, outcomeText } from './lookup-table.ts';
import { pageStyle } from './page-style.ts';

export function explanationPage(explanation: Explanation): string {
  const { name, source, timelines, isAnswered, isSimulated } = explanation;
  const remarks = [
    ...(isSimulated ? ['Played in simulated time.'] : []),
    ...(isAnswered ? [] : ['No nameserver answered: there is nothing to compare.']),
    ...(source.remarks.length > 0 ? [`Assumed: ${source.remarks.join('; ')}.`] : []),
  ];
  const scaleMs = Math.max(...timelines.map(({ elapsedMs }) => elapsedMs), smallestScaleMs);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${html(name)}: musl, glibc and the sidecar</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${html(name)}</h1>
<p class="dim">as with ${html(source.title)}</p>
<pre>${html(source.resolvConf.trim())}</pre>
${remarks.map((text) => `<p>${html(text)}</p>`).join('\n')}
<nav aria-label="Timelines"><ul>
${timelines.map(({ title }, i) => `<li><a href="#timeline-${i}">${html(title)}</a></li>`).join('\n')}
</ul></nav>
<main>
<h2>What comes out</h2>
${endsTable(explanation)}
${partings(explanation)}
<h2>Step by step</h2>
<fieldset><legend>Scale of the timelines</legend>
<label><input type="radio" name="scale" id="all" checked> one for all (${clockText(scaleMs)})</label>
<label><input type="radio" name="scale" id="own"> each its own</label>
</fieldset>
${timelines.map((timeline, i) => resolverSection(timeline, i, scaleMs)).join('\n')}
</main>
</body>
</html>
`;
}

/** What took no time at all is not drawn as if it had taken all of it. */
const smallestScaleMs = 1;
const addressColumns = 60;

function endsTable({ glibc, alone, sidecar, real, musl }: Explanation): string {
  const row = (title: string, lookup: Lookup, queries: string): string => {
    const isOther = lookup !== glibc && likeness(lookup, glibc) === 'different';
    const sign = isOther ? '<span class="bad">✗ otherwise than glibc</span>' : '';
    return `<tr><th scope="row">${html(title)}</th><td class="mono">${html(outcomeText(lookup, addressColumns))}</td><td>${sign}</td><td class="number">${clockText(lookup.elapsedMs)}</td><td class="number">${queries}</td></tr>`;
  };
  return `<table>
<thead><tr><th>Who</th><th>Result</th><th></th><th class="number">Time</th><th class="number">Queries</th></tr></thead>
<tbody>
${[
  row('glibc', glibc, String(glibc.queries)),
  ...alone.map(({ members, lookup }) => row(shortMuslTitle(members, musl), lookup, String(lookup.queries))),
  ...sidecar.clients.map(({ members, lookup }) => row(`${shortMuslTitle(members, musl)} with the sidecar`, lookup, '')),
  ...real.map(({ title, lookup }) => row(title, lookup, '')),
].join('\n')}
</tbody>
</table>`;
}

function partings({ partings: all, musl }: Explanation): string {
  if (all.length === 0) return '';
  const one = ({ number, who, members, text, isDifference }: ExplainedParting): string => {
    const subject = `${who === 'sidecar' ? 'sidecar, ' : ''}${muslTitle(members, musl)}`;
    const page = number === undefined ? '' : `<p class="dim">${html(pageOf(number))}</p>`;
    return `<div class="parting${isDifference ? ' difference' : ''}"><h3>${number === undefined ? '' : `${number} · `}${html(subject)}</h3><p>${html(text)}</p>${page}</div>`;
  };
  return `<h2>Where they part</h2>\n${all.map(one).join('\n')}`;
}

function resolverSection(explained: ExplainedTimeline, index: number, scaleMs: number): string {
  const { title, timeline, elapsedMs } = explained;
  const scale: Scale = { allMs: scaleMs, ownMs: Math.max(elapsedMs, smallestScaleMs) };
  const refused = timeline.rejected === undefined ? '' : '<p>The name is refused without a query.</p>';
  const unasked = timeline.candidates.length === 0 && refused === '' ? '<p>Nothing is asked.</p>' : '';
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

function html(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
