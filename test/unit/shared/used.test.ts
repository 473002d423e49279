import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sidecarMetrics, webhookMetrics } from '../../../shared/metric-table.ts';
import * as reasons from '../../../shared/reasons.ts';
import { sidecarSettings } from '../../../shared/sidecar-settings.ts';
import { webhookSettings } from '../../../shared/webhook-settings.ts';

/** The tables become reference pages: what no program reads or emits would be a false promise there. */

const root = join(import.meta.dirname, '../../..');

function sourcesOf(...folders: string[]): string {
  const paths = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  return paths.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
}

const sidecar = sourcesOf('sidecar');
const webhook = sourcesOf('webhook');

function unused(names: readonly string[], pattern: (name: string) => RegExp, source: string): string[] {
  return names.filter((name) => !pattern(name).test(source));
}

const asWord = (name: string) => new RegExp(`\\b${name}\\b`);
const asString = (name: string) => new RegExp(`['"]${name}['"]`);

test('every setting is read', () => {
  const keys = (table: readonly { key: string }[]) => table.map(({ key }) => key);
  expect(unused(keys(sidecarSettings), asWord, sidecar)).toEqual([]);
  expect(unused(keys(webhookSettings), asWord, webhook)).toEqual([]);
});

test('every metric is set', () => {
  expect(unused(Object.keys(sidecarMetrics), asString, sidecar)).toEqual([]);
  expect(unused(Object.keys(webhookMetrics), asString, webhook)).toEqual([]);
});

test('every reason is given', () => {
  const { skipReasons, injectReasons, refuseReasons, warningReasons } = reasons;
  const ofWebhook = [skipReasons, injectReasons, refuseReasons, warningReasons].flatMap((table) => Object.keys(table));
  const { dropReasons, walkOutcomes, upstreamFaults, ignoredReplyReasons } = reasons;
  const ofSidecar = [dropReasons, walkOutcomes, upstreamFaults, ignoredReplyReasons].flatMap((table) =>
    Object.keys(table),
  );
  expect(unused(ofWebhook, asString, webhook)).toEqual([]);
  expect(unused(ofSidecar, asString, sidecar)).toEqual([]);
});

test('what is not in the sources is found', () => {
  expect(unused(['listen', 'lisp'], asWord, "settings.listen; 'lis-p'")).toEqual(['lisp']);
  expect(unused(['windows', 'window'], asString, "skip('windows')")).toEqual(['window']);
});
