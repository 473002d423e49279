/** The page that `explain` writes: nothing of others runs in it, and nothing leaves it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { printExplanation } from '../../../../cli/explain/print.ts';
import { explanationDocument } from '../../../../cli/report/explanation-document.ts';
import { explanationPage } from '../../../../cli/report/explanation-page.ts';
import { explanationText } from '../../../../cli/report/explanation-text.ts';
import { explainScenario } from './explain-scenario.ts';

const here = import.meta.dirname;

test('the page holds no script and nothing that a browser would fetch', async () => {
  const page = explanationPage(await explainScenario(['cart'], 'scenarios/aaaa-denied.yaml', here));
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|\son\w+=/i);
  expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target?.[0])).toStrictEqual([
    '#',
    '#',
    '#',
    '#',
  ]);
});

test('text of others is text there', async () => {
  const explanation = await explainScenario(['a*b.example'], 'scenarios/odd-name.yaml', here);
  const odd = { ...explanation, name: '<b>"&\u202e', source: { ...explanation.source, title: '</pre><script>' } };
  const page = explanationPage(odd);
  expect(page).toContain('<h1>&lt;b&gt;&quot;&amp;\\u{202e}</h1>');
  expect(page).toContain('as with &lt;/pre&gt;&lt;script&gt;');
});

test('a bar is as long as the waiting, and every repetition has one', async () => {
  const page = explanationPage(await explainScenario(['example.com'], 'scenarios/silent.yaml', here));
  const row = page.split('\n').find((line) => line.includes('no reply in 5 s, 2 times until 5.0s')) ?? '';
  const bars = [...row.matchAll(/--own-start:([\d.]+);--own-width:([\d.]+)/g)].map(([, start, width]) => [
    start,
    width,
  ]);
  expect(bars).toStrictEqual([
    ['0', '0.5'],
    ['0.5', '0.5'],
  ]);
});

test('with --redact no name is left in any form, and all is said as before', async () => {
  const args = ['db.prod.svc', '--redact'];
  const explanation = await explainScenario(args, 'scenarios/dots.yaml', here);
  const forms = [
    explanationText(explanation, 80).join('\n'),
    JSON.stringify(explanationDocument(explanation)),
    explanationPage(explanation),
  ];
  for (const form of forms) expect(form).not.toMatch(/\b(db|prod|shop)\b|dots\.yaml/);
  expect(explanation.name).toBe('n1.n2.svc');
  expect(explanation.source.resolvConf).toContain('search n3.svc.cluster.local svc.cluster.local cluster.local\n');
  expect(explanation.partings[0]?.text).toBe(
    'A and AAAA n1.n2.svc: NXDOMAIN. musl stops there: with 2 dots (ndots:2) it does not search; glibc goes on and finds n1.n2.svc.cluster.local.',
  );
});

test('--html writes the page beside the result, and - prints it alone', async () => {
  const explanation = await explainScenario(['cart'], 'scenarios/aaaa-denied.yaml', here);
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    printExplanation(explanation, { output: 'table', htmlFile: 'page.html' }, folder);
    expect(written.join('')).toContain('takes 1 address');
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toBe(explanationPage(explanation));
    written.length = 0;
    printExplanation(explanation, { output: 'table', htmlFile: '-' }, folder);
    expect(written.join('')).toBe(explanationPage(explanation));
    expect(() => printExplanation(explanation, { output: 'table', htmlFile: 'no/such.html' }, folder)).toThrow(
      /cannot be written/,
    );
  } finally {
    stdout.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
