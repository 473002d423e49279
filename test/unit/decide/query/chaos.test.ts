/** Questions of the class CHAOS, and their replies. */
import { decode } from 'dns-packet';
import { expect, test } from 'vitest';
import { chaosText } from '../../../../sidecar/decide/query/chaos.ts';
import { composeChaos } from '../../../../sidecar/wire/compose-chaos.ts';
import { viewQuery } from '../../../../sidecar/wire/message-view.ts';
import { encodeName, rootName } from '../../../../sidecar/wire/name.ts';
import { buildQuery } from '../../../../sidecar/wire/query.ts';

const texts = { version: '1.2.3', hostName: 'box' };

function viewOf(name: string, type = 16, recordClass = 3, edns = false) {
  const query = { id: 7, name: encodeName(name) ?? rootName, type, class: recordClass, rd: true, ad: false };
  const view = viewQuery(buildQuery({ ...query, edns: edns ? { payloadSize: 1232, dnssecOk: false } : undefined }));
  if (view?.question === undefined) throw new Error('no question');
  return { view, question: view.question };
}

test.each([
  ['version.bind', '1.2.3'],
  ['VERSION.Server', '1.2.3'],
  ['hostname.bind', 'box'],
  ['id.server', 'box'],
  ['authors.bind', undefined],
  ['version.bind.x', undefined],
  ['constructor', undefined],
])('%s: %s', (name, text) => {
  expect(chaosText(viewOf(name).question, texts)).toBe(text);
});

test('another type or class is another question', () => {
  expect(chaosText(viewOf('version.bind', 1).question, texts)).toBeUndefined();
  expect(chaosText(viewOf('version.bind', 16, 1).question, texts)).toBeUndefined();
});

test.each([false, true])('the reply, OPT: %s', (edns) => {
  const reply = decode(Buffer.from(composeChaos(viewOf('Version.bind', 16, 3, edns).view, '1.2.3')));
  expect(reply).toMatchObject({ id: 7, type: 'response', rcode: 'NOERROR' });
  expect(reply.questions).toMatchObject([{ name: 'Version.bind', type: 'TXT', class: 'CH' }]);
  expect(reply.answers).toEqual([
    { name: 'Version.bind', type: 'TXT', class: 'CH', ttl: 0, flush: false, data: [Buffer.from('1.2.3')] },
  ]);
  expect(reply.additionals?.map(({ type }) => type)).toEqual(edns ? ['OPT'] : []);
});

test('a long text is cut to what a text may have', () => {
  const reply = decode(Buffer.from(composeChaos(viewOf('id.server').view, 'x'.repeat(300))));
  expect(reply.answers).toMatchObject([{ data: [Buffer.from('x'.repeat(255))] }]);
});
