/** Upstream replies by the words of the tables. */
import type { ReplyClass, UpstreamReply } from '../../../sidecar/decide/search/candidate-outcome.ts';
import type { ReadAnswer } from '../../../sidecar/wire/answer.ts';
import { rootName } from '../../../sidecar/wire/name.ts';

/** The words of the tables, and the classes and rcodes that they mean. */
const classes: Readonly<Record<string, readonly [ReplyClass, number]>> = {
  DATA: ['DATA', 0],
  'DATA/LATER': ['DATA', 0],
  ALIAS: ['ALIAS', 0],
  BAD: ['BAD', 0],
  EMPTY: ['EMPTY', 0],
  LAME: ['LAME', 0],
  NX: ['NX', 3],
  SERVFAIL: ['SF', 2],
  NOTIMP: ['NI', 4],
  REFUSED: ['RF', 5],
  FORMERR: ['ODD', 1],
  NOTAUTH: ['ODD', 9],
  TC: ['TC', 0],
  'TC/SERVFAIL': ['TC', 2],
};

const withLaterAlias: ReadAnswer = {
  kind: 'DATA',
  chain: [],
  laterAliases: [{ target: rootName, ttl: 60 }],
  records: [],
  recordsBeforeFault: [],
};

/** `DATA`, `SERVFAIL` …; `DATA#2` is another one of its kind; `DATA/LATER` has an alias behind the data. */
export function replyOf(word: string): UpstreamReply {
  const [name = '', number = '1'] = word.split('#');
  const known = classes[name];
  if (known === undefined) throw new Error(`no such reply: ${word}; there are ${Object.keys(classes).join(', ')}`);
  const [replyClass, rcode] = known;
  const reply = { class: replyClass, rcode, message: Uint8Array.of(Number(number)) };
  return name === 'DATA/LATER' ? { ...reply, answer: withLaterAlias } : reply;
}

/** The word for a reply that {@link replyOf} made. */
export function wordOf(reply: UpstreamReply): string {
  const word = Object.keys(classes).find((name) => {
    const [replyClass, rcode] = classes[name] ?? [];
    return replyClass === reply.class && rcode === reply.rcode;
  });
  const number = reply.message[0] ?? 1;
  return number === 1 ? (word ?? '?') : `${word}#${number}`;
}
