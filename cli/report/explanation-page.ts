/** An explanation as one page that needs nothing beside itself: no script, no font, no request. */
import { muslTitle, shortMuslTitle } from '../models/musl-choice.ts';
import { likeness, type Lookup } from './comparison.ts';
import type { ExplainedParting, Explanation } from './explanation.ts';
import { pageOf } from './explanation-text.ts';
import { clockText, outcomeText } from './lookup-table.ts';
import { html, pageWith } from './page-frame.ts';
import { commonScaleMs, timelineSections } from './page-timelines.ts';

export function explanationPage(explanation: Explanation): string {
  const { name, source, timelines, isAnswered, isSimulated } = explanation;
  const remarks = [
    ...(isSimulated ? ['Played in simulated time.'] : []),
    ...(isAnswered ? [] : ['No nameserver answered: there is nothing to compare.']),
    ...(source.remarks.length > 0 ? [`Assumed: ${source.remarks.join('; ')}.`] : []),
  ];
  const scaleMs = commonScaleMs(timelines);
  const body = `<h1>${html(name)}</h1>
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
${timelineSections(timelines)}
</main>`;
  return pageWith(`${name}: musl, glibc and the sidecar`, body);
}

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
