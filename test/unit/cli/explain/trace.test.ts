/** What `explain --in-pod` prints of a record, for people at 80 columns and for programs. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { adminPort } from '../../../../cli/explain/in-pod.ts';
import { formatDocument } from '../../../../cli/report/format-document.ts';
import { traceDocument, traceText, wasTraceAnswered } from '../../../../cli/report/trace-text.ts';
import type { ServerScript } from '../../../../cli/simulation/script.ts';
import type { TraceRecord } from '../../../../shared/report/trace-record.ts';
import { startTraced } from '../../../support/simulation/traced-sidecar.ts';

const schema = JSON.parse(readFileSync('docs/schemas/trace-v1.schema.json', 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

const silent: ServerScript = { otherwise: 'LOST' };
const fails: ServerScript = { names: { 'foo.s1.test': 'SF' } };

async function recordOf(server: ServerScript | undefined, name: string, isHeld: boolean): Promise<TraceRecord> {
  const { ask, traced } = startTraced(server);
  if (isHeld) await ask(`${name}.glibc.internal`);
  const record = await traced(name);
  if (record === undefined) throw new Error('no name');
  return record;
}

test.each([
  ['found', undefined, 'foo', false],
  ['held', undefined, 'foo', true],
  ['not-found', undefined, 'bar', true],
  ['silent', silent, 'foo', false],
  ['server-failure', fails, 'foo', false],
  ['odd-name', undefined, 'foo\u001b[31m!', false],
] as const)('%s', async (what, server, name, isHeld) => {
  const record = await recordOf(server, name, isHeld);
  const traced = { title: 'Pod shop/web-0 (context prod)', record };
  const lines = traceText(traced, 80);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`expected/trace-${what}.txt`);
  const json = formatDocument(traceDocument(traced), 'json');
  expect([validate(JSON.parse(json)), validate.errors]).toEqual([true, null]);
  expect(wasTraceAnswered(record)).toBe(what !== 'silent');
});

test.each([
  [undefined, 9953],
  ['', 9953],
  [':9000', 9000],
  ['[::1]:9001,127.0.0.1:9002', 9001],
])('the admin port of RESOLVER_ADMIN_LISTEN=%s is %i', (text, port) => {
  expect(adminPort(text === undefined ? {} : { RESOLVER_ADMIN_LISTEN: text })).toBe(port);
});
