/** The web page of a Docker host in a real browser: list, search, lookups, live changes, keyboard, widths, colours, hostile names. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LookUp } from '../../sidecar/discovery/api/lookup.ts';
import { serviceOf, type Service } from '../../sidecar/discovery/services/service.ts';
import { discover, emptyServices, lose, patch, putManual } from '../../sidecar/discovery/services/services.ts';
import { startApi, token, type ApiWorld } from '../support/discovery/api-world.ts';
import { browserCommand, startBrowser, type BrowserPage } from '../support/machine/browser.ts';
import { illegible } from '../support/machine/contrast.ts';

const isThere = spawnSync(browserCommand, ['--version']).error === undefined;

const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202Ecod\n.exe';

function container(number: number, more: Partial<Service> = {}): Service {
  const id = number.toString(16).padStart(64, '0');
  const network = { name: 'shop_default', subnets: [], gateways: [], aliases: [] };
  return serviceOf({
    ...{
      id,
      source: 'container',
      startedMs: number,
      name: `web-${number}`,
      image: 'nginx',
      container: `web-${number}`,
    },
    networks: [{ ...network, addresses: [`172.18.0.${number}`, `fd00::${number}`] }],
    ...more,
  });
}

const names = { compose: { project: 'shop', service: 'database' }, aliases: ['db.shop.example'] };
const database = container(3, { container: 'shop-database-1', name: 'shop-database-1', image: 'postgres', ...names });
const evil = container(4, {
  container: hostile,
  name: 'evil',
  aliases: [`${'x'.repeat(60)}.${'y'.repeat(60)}.example`],
});

const lookUp: LookUp = ({ name }) =>
  Promise.resolve({
    Rcode: name.startsWith('no') ? 'NXDOMAIN' : 'NOERROR',
    Answers: name.startsWith('no') ? [] : [{ Name: name, Type: 'A', TTL: 0, Data: '172.18.0.3' }],
    Milliseconds: 1.25,
    Matches: name.endsWith('.docker') ? [{ Id: database.id, Name: name, From: 'compose' }] : [],
    Record: {
      candidates: name.endsWith('.docker')
        ? []
        : [
            {
              ...{ name, entry: undefined, startMs: 0, endMs: 2, conclusion: 'no-such-name', limits: [] },
              steps: [
                { kind: 'query', atMs: 0.1, server: { address: '192.0.2.1', port: 53 }, transport: 'udp', type: 1 },
                {
                  ...{
                    kind: 'reply',
                    atMs: 1.9,
                    server: { address: '192.0.2.1', port: 53 },
                    transport: 'udp',
                    type: 1,
                  },
                  ...{ reply: { kind: 'error', rcode: 3, addresses: [], isTruncated: false, bytes: 60 }, use: 'taken' },
                },
              ],
            },
          ],
    },
  });

describe.skipIf(!isThere)('the page', () => {
  const stack = new AsyncDisposableStack();
  let page: BrowserPage;
  let api: ApiWorld;

  const text = (id: string) => page.read<string>(`document.getElementById('${id}').innerText`);
  const titles = () =>
    page.read<string[]>(`[...document.querySelectorAll('#services strong')].map((one) => one.textContent)`);
  const focused = () => page.read<string>('document.activeElement.id || document.activeElement.textContent');
  const fill = async (id: string, value: string) => {
    await page.read(`document.getElementById('${id}').focus(); document.getElementById('${id}').select()`);
    await page.type(value);
  };
  const enter = async () => {
    await page.open(`${api.base}/`);
    await fill('token', token);
    await page.press('Enter');
    await page.until(
      `!document.getElementById('main').hidden && document.getElementById('live').textContent === 'live'`,
    );
  };
  const picture = async (name: string) => {
    const folder = process.env['SCREENSHOTS'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.png`), await page.screenshot());
  };

  beforeAll(async () => {
    const found = [container(1), container(2), database, evil].reduce(discover, emptyServices());
    const made = putManual(found, 'printer', { name: 'printer', image: '', addresses: ['10.0.0.9'] }, 9);
    const said = made.ok ? patch(made.services, container(2).id, { ttlSeconds: 5 }) : made;
    if (!said.ok) throw new Error(said.fault.code);
    api = await startApi(stack, { services: said.services, lookUp });
    page = await startBrowser(stack);
  });
  afterAll(() => stack.disposeAsync());

  test('asks for the token, and keeps it nowhere', async () => {
    await page.open(`${api.base}/`);
    await fill('token', 'wrong');
    await page.press('Enter');
    await page.until(`document.getElementById('refused').textContent !== ''`);
    expect(await text('refused')).toContain('not the right one');
    await picture('token');
    await enter();
    expect(await titles()).toEqual(['web-1', 'web-2', 'shop-database-1', expect.stringContaining('<img'), 'printer']);
    const storages = `Object.getOwnPropertyNames(window).filter((name) => /^(local|sess)[a-z]*Storage$/.test(name)).map((name) => window[name].length)`;
    expect(await page.read(storages)).toEqual([0, 0]);
    const kept = '[document.cookie, location.href, document.getElementById("token").value]';
    expect(await page.read(kept)).toEqual(['', `${api.base}/`, '']);
    await page.read(`document.getElementById('leave').click()`);
    expect(await page.read(`document.getElementById('services').children.length`)).toBe(0);
    expect(await page.read(`document.getElementById('main').hidden`)).toBe(true);
  });

  test('searches in names, addresses and aliases, and filters by where they come from', async () => {
    await enter();
    const all = ['web-1', 'web-2', 'shop-database-1', expect.stringContaining('<img'), 'printer'];
    for (const [words, found] of [
      ['db.shop', ['shop-database-1']],
      ['172.18.0.1', ['web-1']],
      ['WEB-2 nginx', ['web-2']],
      ['nothing like it', []],
      [' ', all],
    ] as const) {
      await fill('search', words);
      expect(await titles()).toEqual(found);
    }
    const filter = (value: string) =>
      page.read(
        `{ const one = document.getElementById('source'); one.value = '${value}'; one.dispatchEvent(new Event('change')) }`,
      );
    await filter('manual');
    expect(await titles()).toEqual(['printer']);
    expect(await text('count')).toBe('1 of 5 services');
    await filter('changed');
    expect(await titles()).toEqual(['web-2']);
    await filter('');
  });

  test('shows where each name comes from', async () => {
    await page.read(`document.querySelectorAll('#services summary')[2].click()`);
    await page.until(`document.querySelectorAll('#services .inside').length === 1`);
    const inside = await page.read<string>(`document.querySelector('#services .inside').innerText`);
    for (const part of ['shop-database-1.postgres.docker', 'image', 'shop, service database', 'shop_default'])
      expect(inside).toContain(part);
    await picture('services');
  });

  test('takes what containers are called as text', async () => {
    expect(await page.read('document.title')).toBe('Services · alpine-resolver');
    expect(await page.read(`document.querySelectorAll('#services img, #services script').length`)).toBe(0);
    expect((await titles())[3]).toBe(
      '<img src=x onerror="document.title=1"><script>document.title=2</script>\\u202ecod\\u000a.exe',
    );
  });

  test('follows changes, and what is open stays open', async () => {
    const open = `document.querySelectorAll('#services details')[2].open`;
    expect(await page.read(open)).toBe(true);
    await page.read(`document.querySelectorAll('#services summary')[2].focus()`);
    api.store.replace(discover(api.store.current, container(8, { startedMs: 0 })));
    await page.until(`document.querySelectorAll('#services details').length === 6`);
    expect((await titles())[0]).toBe('web-8');
    expect(await page.read(`document.querySelectorAll('#services details')[3].open`)).toBe(true);
    expect(await page.read(`document.activeElement === document.querySelectorAll('#services summary')[3]`)).toBe(true);
    api.store.replace(lose(api.store.current, container(8).id));
    await page.until(`document.querySelectorAll('#services details').length === 5`);
    expect(await page.read(open)).toBe(true);
  });

  test('looks a name up, and shows the record', async () => {
    await fill('name', 'database.shop.docker');
    await page.press('Enter');
    await page.until(`document.querySelector('#answer h3') !== null`);
    for (const part of ['NOERROR', '172.18.0.3', 'compose', 'shop-database-1'])
      expect(await text('answer')).toContain(part);
    await fill('name', 'nothing.example');
    await page.press('Enter');
    await page.until(`document.getElementById('answer').innerText.includes('NXDOMAIN')`);
    for (const part of ['192.0.2.1:53 udp', 'asked A', 'A: NXDOMAIN', 'no-such-name'])
      expect(await text('answer')).toContain(part);
    await picture('lookup');
    await fill('name', 'a..b');
    await page.press('Enter');
    await page.until(`document.getElementById('answer').innerText.includes('no domain name')`);
  });

  test('is there for the keyboard', async () => {
    await enter();
    expect(await focused()).toBe('search');
    await page.press('ArrowDown');
    await page.press('ArrowDown');
    expect(await focused()).toContain('web-2');
    expect(await page.read('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.press('Enter');
    expect(await page.read('document.activeElement.parentElement.open')).toBe(true);
    await page.until(`document.activeElement.parentElement.querySelector('.inside') !== null`);
    await page.press('Tab');
    expect(await focused()).toBe('web-2.nginx.docker');
    await page.press('Enter');
    await page.until(`document.querySelector('#answer h3') !== null`);
    expect(await page.read(`document.getElementById('name').value`)).toBe('web-2.nginx.docker');
    await page.press('l');
    expect(await focused()).toBe('name');
    await page.press('Escape');
    await page.press('/');
    expect(await focused()).toBe('search');
  });

  test.each([360, 1200])('fits into %i pixels', async (width) => {
    await page.setWidth(width);
    await page.read(`document.querySelectorAll('#services details').forEach((one) => { one.open = true })`);
    await picture(`wide-${width}`);
    const wide = await page.read<string[]>(`[...document.querySelectorAll('body *')]
      .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('.inside, #answer > div'))
      .map((node) => node.outerHTML.slice(0, 200))`);
    expect(wide).toEqual([]);
    expect(await page.read('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test.each(['light', 'dark'] as const)('is legible in %s', async (scheme) => {
    await page.setColours(scheme);
    await picture(`colours-${scheme}`);
    const paper = await page.read<string>('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 26)');
    const low = await page.read<string[]>(
      illegible(
        'p, td, th, h1, h2, h3, a, span, strong, label, dt, dd, kbd, output, input, select, button',
        "node.checkVisibility() && node.textContent.trim() !== ''",
      ),
    );
    expect(low).toStrictEqual([]);
  });

  test('says when the token no longer counts, and when nobody answers', async () => {
    await enter();
    writeFileSync(join(api.folder, 'token'), 'another-token-of-a-test\n');
    api.store.replace(discover(api.store.current, container(9)));
    await page.until(`document.getElementById('refused').textContent.includes('no longer')`);
    expect(await page.read(`document.getElementById('services').children.length`)).toBe(0);
  });

  test('asks this listener alone', () => {
    const hosts = new Set(page.requests.map((url) => new URL(url).origin));
    expect([...hosts]).toEqual([api.base]);
  });
});
