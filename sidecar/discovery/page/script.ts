/**
 * The web page's script. All that comes from containers is put in as text, never as HTML. The token is a variable and
 * nothing else: no cookie, no storage, no address.
 */
import { answerScript } from './answer-script.ts';
import { connectionScript } from './connection-script.ts';
import { serviceScript } from './service-script.ts';

export const pageScript = `'use strict';
(() => {
const byId = (id) => document.getElementById(id);

/** An element with a class and children; texts are text nodes. */
function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== undefined && child !== null).map((child) =>
    child instanceof Node ? child : visible(String(child))));
  return node;
}

/** Control characters, line ends and what turns the direction of a text would show another text than there is. */
function visible(text) {
  return text.replace(/[\\p{Cc}\\p{Cf}\\u2028\\u2029]/gu, (one) => '\\\\u' + one.codePointAt(0).toString(16).padStart(4, '0'));
}

function table(heads, rows) {
  const head = make('tr', '', ...heads.map((text) => make('th', '', text)));
  const body = rows.map((cells) => make('tr', '', ...cells.map((cell) => make('td', 'mono', cell))));
  return make('table', '', make('thead', '', head), make('tbody', '', ...body));
}
${connectionScript}
${serviceScript}
${answerScript}
})();
`;
