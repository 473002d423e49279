/** What `explain --in-pod` prints of a record, for people at 80 columns and for programs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test, vi } from 'vitest';
import { printTrace } from '../../../../cli/explain/print.ts';
import { redactedTrace } from '../../../../cli/explain/redact-trace.ts';
import { tracePage } from '../../../../cli/report/trace-page.ts';
import { adminPort, recordIn } from '../../../../cli/explain/in-pod.ts';
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

const escape = '\u001b]0;x\u0007';

test('what a record says of others reaches no terminal as it is', async () => {
  const record = await recordOf(undefined, 'foo', true);
  const server = { address: escape, port: 53 };
  const step = { atMs: 0, server, transport: 'udp', type: 1 } as const;
  const reply = { kind: 'addresses', rcode: 0, addresses: [escape], isTruncated: false, bytes: 1 } as const;
  const [first] = record.lookup.candidates;
  if (first === undefined) throw new Error('no candidate');
  const candidates = [
    {
      ...first,
      steps: [
        { ...step, kind: 'query' },
        { ...step, kind: 'reply', reply, use: 'taken' },
      ],
    } as const,
    {
      ...first,
      steps: [
        { ...step, kind: 'query' },
        { ...step, kind: 'failure', code: escape },
      ],
    } as const,
  ];
  const replies = [
    { type: 'A', rcode: 'NOERROR', addresses: [escape], isTruncated: false },
    { type: 'AAAA', rcode: escape, addresses: [], isTruncated: false },
  ] as const;
  const forged: TraceRecord = { ...record, replies, lookup: { candidates } };
  const text = traceText({ title: 'Pod shop/web-0', record: forged }, 80).join('\n');
  expect(text.match(/\p{Cc}/gu)?.filter((one) => one !== '\n') ?? []).toEqual([]);
  expect(text.split(String.raw`\u{1b}]0;x\u{7}`)).toHaveLength(7);
});

describe('the page', () => {
  test.each([
    ['found', undefined, 'foo', ['foo.s2.test', '10.0.0.1', 'foo A, the answer', 'Step by step']],
    ['silent', silent, 'foo', ['Nothing of that.', 'no reply']],
    ['a name that no zone has', undefined, 'bar', ['NXDOMAIN']],
  ] as const)('%s', async (_what, server, name, said) => {
    const page = tracePage({ title: 'Pod shop/web-0 (context prod)', record: await recordOf(server, name, true) });
    for (const part of [...said, 'in Pod shop/web-0 (context prod), by its sidecar']) expect(page).toContain(part);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<fieldset|url\(|@import|href=|src=|\son\w+=/i);
  });

  test('what no nameserver was asked for is said', async () => {
    const record = await recordOf(undefined, 'foo', false);
    const hosts: TraceRecord = { ...record, lookup: { candidates: [], isFromHosts: true } };
    expect(tracePage({ title: 'p', record: hosts })).toContain('<p>It takes the addresses of the hosts file.</p>');
    const none: TraceRecord = { ...record, replies: [], lookup: { candidates: [] } };
    expect(tracePage({ title: 'p', record: none })).toMatch(
      /<p>Nothing\.<\/p>[^]*<p>It answers without a query upstream\./,
    );
  });

  test('text of others is text there', async () => {
    const record = await recordOf(undefined, 'foo', true);
    const [first] = record.held.answers;
    if (first === undefined) throw new Error('nothing is held');
    const odd: TraceRecord = {
      ...{ ...record, name: '<b>', version: '</p><script>', resolvConf: '</pre>\u001b[31m' },
      replies: [{ type: 'A', rcode: '<i>', addresses: [], isTruncated: false }],
      held: { answers: [{ ...first, name: '<u>' }], replies: [] },
    };
    const page = tracePage({ title: '<h1>', record: odd });
    expect(page).not.toMatch(/<(b|i|u|script)>|<h1></);
    expect(page).not.toContain('\u001b');
    for (const part of ['&lt;b&gt;', '&lt;i&gt;', '&lt;u&gt;', String.raw`&lt;/pre&gt;\u{1b}[31m`])
      expect(page).toContain(part);
  });

  test('--html writes it beside the result, and - prints it alone', async () => {
    const traced = { title: 'Pod shop/web-0', record: await recordOf(undefined, 'foo', false) };
    const into = mkdtempSync(join(tmpdir(), 'trace-page-'));
    const written: string[] = [];
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    try {
      expect(printTrace(traced, { output: 'table', htmlFile: 'page.html' }, into)).toBe(0);
      expect(written.join('')).toContain('programs get');
      expect(readFileSync(join(into, 'page.html'), 'utf8')).toBe(tracePage(traced));
      written.length = 0;
      printTrace(traced, { output: 'json', htmlFile: '-' }, into);
      expect(written.join('')).toBe(tracePage(traced));
    } finally {
      stdout.mockRestore();
      rmSync(into, { recursive: true });
    }
  });
});

test('with --redact no name is left in any form, known or not', async () => {
  const record = await recordOf(undefined, 'foo', true);
  const newer = JSON.parse(
    JSON.stringify({ ...record, more: 'foo', lookup: { ...record.lookup, more: 'foo' } }).replaceAll(
      /"(kind|secondsLeft|rcode|port|conclusion)":/g,
      '"more":"foo.s1.test","$1":',
    ),
  ) as TraceRecord;
  const traced = redactedTrace({ title: 'Pod shop/web-0 (context prod)', record: newer });
  const forms = [traceText(traced, 80).join('\n'), JSON.stringify(traceDocument(traced)), tracePage(traced)];
  for (const form of forms) expect(form).not.toMatch(/foo|s1\.test|shop|web-0|prod\b/);
  expect(traced.record).toMatchObject({ name: 'n1', resolvConf: expect.stringContaining('search n2.n3') as string });
  expect(traced.record.held.answers[0]?.name).toBe('n1');
  expect(traced.record.lookup.candidates.map(({ name }) => name)).toContain('n1.n2.n3');
  expect([validate(JSON.parse(JSON.stringify(traceDocument(traced)))), validate.errors]).toEqual([true, null]);
  // Nothing else is lost.
  const known: Record<string, string> = { foo: 'n1', s1: 'n2', test: 'n3', s2: 'n4' };
  const replaced = JSON.stringify(record).replaceAll(/\b(foo|s1|s2|test)\b/g, (label) => known[label] ?? label);
  const whole: unknown = JSON.parse(JSON.stringify(redactedTrace({ title: '', record }).record));
  expect(whole).toEqual({ ...(JSON.parse(replaced) as object), version: record.version });
});

describe('the shape of a record', () => {
  const received = (record: unknown): TraceRecord =>
    recordIn({ status: 200, text: JSON.stringify(record) }, 'Pod shop/web-0');

  test.each([
    [undefined, 'foo'],
    [silent, 'foo'],
    [fails, 'foo'],
    [undefined, 'a.b.'],
  ])('what sidecars give is taken (%#)', async (server, name) => {
    const record = await recordOf(server, name, true);
    expect(received(record)).toEqual(JSON.parse(JSON.stringify(record)));
  });

  /** Each place of it, as a path; of lists the first entry. */
  function pathsOf(value: unknown, path: string): string[] {
    if (typeof value !== 'object' || value === null) return [path];
    const [entry] = Array.isArray(value) ? (value as unknown[]) : [];
    if (Array.isArray(value)) return [path, ...(value.length === 0 ? [] : pathsOf(entry, `${path}[0]`))];
    return [path, ...Object.entries(value).flatMap(([name, each]) => pathsOf(each, `${path}.${name}`))];
  }

  /** With something else at one place. */
  function spoilt(value: unknown, steps: readonly string[], spoil: unknown): unknown {
    const [step, ...rest] = steps;
    if (step === undefined) return spoil;
    const copy = structuredClone(value) as Record<string, unknown>;
    copy[step] = spoilt(copy[step], rest, spoil);
    return copy;
  }

  test('each part that is missing or of another kind is named', async () => {
    const record = JSON.parse(JSON.stringify(await recordOf(undefined, 'foo', true))) as object;
    const paths = pathsOf(record, '')
      .map((path) => path.slice(1))
      .filter((path) => path !== '' && path !== 'format');
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      const steps = path.replaceAll('[0]', '.0').split('.');
      const said = `the record of the sidecar of Pod shop/web-0 lacks ${path}`;
      expect(() => received(spoilt(record, steps, null))).toThrow(said);
    }
  });

  test('numbers that JSON makes infinite, and words that no sidecar has', async () => {
    const record = await recordOf(undefined, 'foo', false);
    const text = JSON.stringify({ ...record, elapsedMs: 0.125 }).replace('0.125', '1e999');
    expect(() => recordIn({ status: 200, text }, 'Pod shop/web-0')).toThrow('lacks elapsedMs');
    const [candidate] = record.lookup.candidates;
    const lookup = { candidates: [{ ...candidate, conclusion: 'toString' }] };
    expect(() => received({ ...record, lookup })).toThrow('lacks lookup.candidates[0].conclusion');
  });
});

test.each([
  [undefined, 9953],
  ['', 9953],
  [':9000', 9000],
  ['[::1]:9001,127.0.0.1:9002', 9001],
])('the admin port of RESOLVER_ADMIN_LISTEN=%s is %i', (text, port) => {
  expect(adminPort(text === undefined ? {} : { RESOLVER_ADMIN_LISTEN: text })).toBe(port);
});
