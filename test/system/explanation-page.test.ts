/** The page of an explanation in a real browser: what it says, its scale, its keyboard, its colours, and that it asks nobody. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../../cli/explain/explain.ts';
import { readExplainOptions } from '../../cli/explain/options.ts';
import { tracePage } from '../../cli/report/trace-page.ts';
import { startTraced } from '../support/simulation/traced-sidecar.ts';
import { explanationPage } from '../../cli/report/explanation-page.ts';
import { browserCommand, startBrowser, type BrowserPage } from '../support/machine/browser.ts';
import { illegible } from '../support/machine/contrast.ts';

const isThere = spawnSync(browserCommand, ['--version']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const zone = `resolvConf: |
  search s1.test s2.test
  nameserver 192.0.2.1
  nameserver 192.0.2.2
  options timeout:4
servers:
  192.0.2.1: silent
  192.0.2.2:
    names:
      foo.s1.test A: {addresses: 10.0.0.1, delay: 1s}
      foo.s1.test AAAA: {reply: NXDOMAIN, delay: 1s}
`;

describe.skipIf(!isThere)('the page', () => {
  const stack = new AsyncDisposableStack();
  let page: BrowserPage;
  const url = pathToFileURL(join(folder, 'page.html')).href;

  beforeAll(async () => {
    writeFileSync(join(folder, 'zone.yaml'), zone);
    const options = readExplainOptions(['foo', '--scenario', 'zone.yaml', '--musl', '3.21']);
    if (typeof options === 'string') throw new Error(options);
    const explanation = await explain(options, { folder, onDone: () => {} });
    writeFileSync(join(folder, 'page.html'), explanationPage(explanation));
    page = await startBrowser(stack);
    await page.open(url);
  });
  afterAll(() => stack.disposeAsync());

  test('says what comes out, and where they part', async () => {
    const text = await page.read<string>('document.body.innerText');
    for (const part of ['10.0.0.1', 'otherwise than glibc', 'M3 · musl 1.2.5 (Alpine 3.21)', 'no reply in 4 s'])
      expect(text).toContain(part);
    expect(await page.read('document.querySelectorAll("details.parts").length')).toBe(1);
  });

  test('draws timelines to scale: one for all, or each its own', async () => {
    const read = `(() => {
      const section = document.querySelectorAll('section.resolver')[0];
      const [silent, , replied] = [...section.querySelectorAll('.track')].map((track) => {
        const [whole, bar] = [track, track.firstChild].map((node) => node.getBoundingClientRect());
        return [(bar.left - whole.left) / whole.width, bar.width / whole.width];
      });
      return [...silent, ...replied];
    })()`;
    // glibc waits 4 s, and has its reply after another one; musl needs 10 s for all that it asks.
    await page.read('document.getAnimations().forEach((one) => one.finish())');
    const total = await page.read<number>('parseFloat(document.querySelector(".scale .all").textContent)');
    const all = await page.read<number[]>(read);
    const expected = [0, 4 / total, 4 / total, 1 / total];
    all.forEach((share, i) => expect(share).toBeCloseTo(expected[i] ?? 0, 2));
    await page.read('document.getElementById("own").click()');
    await page.read('document.getAnimations().forEach((one) => one.finish())');
    const own = await page.read<number[]>(read);
    [0, 0.8, 0.8, 0.2].forEach((share, i) => expect(own[i]).toBeCloseTo(share, 2));
    await page.read('document.getElementById("all").click()');
  });

  test('is there for the keyboard', async () => {
    await page.open(url);
    const focused = () =>
      page.read<string>(
        'document.activeElement.closest("a, input, summary, .questions")?.textContent?.trim() ?? document.activeElement.id',
      );
    await page.press('Tab');
    expect(await focused()).toBe('glibc');
    expect(await page.read('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    for (let i = 0; i < 3; i++) await page.press('Tab');
    expect(await page.read('document.activeElement.id')).toBe('all');
    await page.press('ArrowRight');
    expect(await page.read('document.getElementById("own").checked')).toBe(true);
    await page.press('Tab');
    expect(await focused()).toContain('foo.s1.test');
    expect(await page.read('document.activeElement.parentElement.open')).toBe(true);
    await page.press('Enter');
    expect(await page.read('document.activeElement.parentElement.open')).toBe(false);
    await page.press(' ');
    expect(await page.read('document.activeElement.parentElement.open')).toBe(true);
  });

  test.each(['light', 'dark'] as const)('is legible in %s', async (scheme) => {
    await page.setColours(scheme);
    const paper = await page.read<string>('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 26)');
    const low = await page.read<string[]>(
      illegible('p, td, th, h1, h2, h3, a, span, strong, label, pre', "node.textContent.trim() !== ''"),
    );
    expect(low).toStrictEqual([]);
  });

  test('asks nobody', () => {
    expect([...new Set(page.requests)]).toStrictEqual([url]);
  });

  describe('of a trace', () => {
    const traceUrl = pathToFileURL(join(folder, 'trace.html')).href;
    beforeAll(async () => {
      const record = await startTraced({ names: { 'foo.s1.test': 'SF' } }).traced('foo');
      if (record === undefined) throw new Error('no name');
      writeFileSync(join(folder, 'trace.html'), tracePage({ title: 'Pod shop/web-0', record }));
      await page.open(traceUrl);
    });

    test('says and draws what the sidecar did', async () => {
      const text = await page.read<string>('document.body.innerText');
      for (const part of ['SERVFAIL', 'foo.s1.test', 'in Pod shop/web-0, by its sidecar']) expect(text).toContain(part);
      expect(await page.read('document.querySelectorAll(".track > .bar").length')).toBeGreaterThan(1);
    });

    test('is there for the keyboard', async () => {
      await page.press('Tab');
      expect(await page.read('document.activeElement.localName')).toBe('summary');
      await page.press('Enter');
      expect(await page.read('document.activeElement.parentElement.open')).toBe(false);
    });

    test.each(['light', 'dark'] as const)('is legible in %s', async (scheme) => {
      await page.setColours(scheme);
      const low = await page.read<string[]>(
        illegible('p, td, th, h1, h2, h3, li, span, pre', "node.textContent.trim() !== ''"),
      );
      expect(low).toStrictEqual([]);
    });

    test('asks nobody', () => {
      expect([...new Set(page.requests)]).toStrictEqual([url, traceUrl]);
    });
  });
});
