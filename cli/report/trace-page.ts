/** The record that a sidecar gave of a lookup, as one page that needs nothing beside itself. */
import { html, pageWith } from './page-frame.ts';
import { timelineSections } from './page-timelines.ts';
import {
  elapsedText,
  explainedTimeline,
  heldLines,
  tracedReplyText,
  unaskedText,
  type TracedLookup,
} from './trace-text.ts';

export function tracePage({ title, record }: TracedLookup): string {
  const { name, version, mode, resolvConf, replies } = record;
  const rows = replies.map(
    (reply) => `<tr><th scope="row">${html(reply.type)}</th><td class="mono">${html(tracedReplyText(reply))}</td></tr>`,
  );
  const held = heldLines(record);
  const body = `<h1>${html(name)}</h1>
<p class="dim">in ${html(title)}, by its sidecar ${html(version)} in mode ${html(mode)}</p>
<pre>${html(resolvConf.trim())}</pre>
<main>
<h2>What programs get</h2>
<p>in ${html(elapsedText(record))}</p>
${rows.length === 0 ? '<p>Nothing.</p>' : `<table><thead><tr><th>Type</th><th>Result</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`}
<h2>What its caches hold, and give without asking</h2>
${held.length === 0 ? '<p>Nothing of that.</p>' : `<ul>\n${held.map((line) => `<li>${html(line)}</li>`).join('\n')}\n</ul>`}
<h2>Step by step</h2>
${timelineSections([explainedTimeline(record)], `It ${unaskedText(record) ?? 'asks nobody'}.`)}
</main>`;
  return pageWith(`${name} in ${title}`, body);
}
