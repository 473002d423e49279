/** The page of costs says what was measured, and nothing of what was not. */
import { expect, test } from 'vitest';
import type { FigureResult } from '../results.ts';
import { spreadOf } from '../statistics.ts';
import { costsPage } from './costs-page.ts';

const taken = { date: '2026-11-29', quick: false, machine: 'x', versions: {} };

function result(key: string, rows: Readonly<Record<string, Readonly<Record<string, number>>>>): FigureResult {
  const made = Object.entries(rows).map(([label, values]) => ({
    label,
    kind: 'peer' as const,
    values: Object.fromEntries(Object.entries(values).map(([column, value]) => [column, spreadOf([value])])),
  }));
  return { taken, tables: [{ key, title: '', columns: [], rows: made }], goals: [], remarks: [] };
}

test('without results there is no section with numbers', () => {
  const page = costsPage({});
  expect(page.match(/^## .*/gm)).toEqual(['## What a pod gains']);
});

test('medians stand in the sections of their figures', () => {
  const page = costsPage({
    start: result('start', { 'alpine-resolver': { first: 71.4 }, 'echo in Node.js': { first: 33 } }),
    cached: result('throughput', { dnsmasq: { rate: 197.25 } }),
    'not-cached': result('throughput', { dnsmasq: { rate: 54 } }),
  });
  expect(page).toContain('answers 71 ms after');
  expect(page).toContain('| dnsmasq | 197.3 | 54.0 |');
  expect(page).toContain('| CoreDNS | – | – |');
  expect(page).toContain('(../bench/pictures/cached-throughput-rate.svg)');
  expect(page).not.toContain('## Memory');
});
