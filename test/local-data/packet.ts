/** A program inside a world: asks 127.0.0.1 one question over UDP and prints the reply; with its TTLs, or how many records it has. */
import { ask, described, type Asked } from '../support/wire/ask.ts';

const [, , name = '', type = 'A', className = 'IN', what = ''] = process.argv;
const reply = await ask(name, { port: 53, type: type as 'A', class: className as 'IN' } satisfies Asked);
const answers = reply.answers ?? [];
const ttls = answers.map((record) => ('ttl' in record ? record.ttl : 0));
const said = described(reply);
const isCounted = what === 'count';
console.log(
  [
    isCounted ? `${said.split(' ', 1)[0]} ${answers.length} records` : said,
    ...(isCounted && reply.flag_tc ? ['and TC'] : []),
    ...(what === 'ttl' ? [`TTL ${ttls.join(' ')}`] : []),
  ].join(' '),
);
