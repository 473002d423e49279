/** The tables become reference pages: what no program reads or emits would be a false promise there. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programLogEvents, sidecarLogEvents, webhookLogEvents } from '../../../shared/report/log-events.ts';
import type { MetricTable } from '../../../shared/report/metric-definition.ts';
import { discoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { webhookMetrics } from '../../../shared/report/webhook-metric-table.ts';
import { containerOddities } from '../../../shared/report/container-oddities.ts';
import * as reasons from '../../../shared/report/reasons.ts';
import { discoverySettings } from '../../../shared/settings/discovery-settings.ts';
import { sidecarSettings } from '../../../shared/settings/sidecar-settings.ts';
import { webhookSettings } from '../../../shared/settings/webhook-settings.ts';

const root = join(import.meta.dirname, '../../..');

function sourcesOf(...folders: string[]): string {
  const paths = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  return paths.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
}

const sidecar = sourcesOf('sidecar');
const discovery = sourcesOf('sidecar/discovery');
const webhook = sourcesOf('webhook');
const bothPrograms = sourcesOf('shared/program');
const log = sourcesOf('shared/report');

function unused(names: readonly string[], pattern: (name: string) => RegExp, source: string): string[] {
  return names.filter((name) => !pattern(name).test(source));
}

const asWord = (name: string) => new RegExp(`\\b${name}\\b`);
const asKeyOrString = (name: string) => new RegExp(`['"]${name}['"]|\\b${name}:`);
const asString = (name: string) => new RegExp(`['"]${name}['"]`);

test('every setting is read', () => {
  const keys = (table: readonly { key: string }[]) => table.map(({ key }) => key);
  expect(unused(keys(sidecarSettings), asWord, sidecar + bothPrograms)).toEqual([]);
  expect(unused(keys(discoverySettings), asWord, discovery)).toEqual([]);
  expect(unused(keys(webhookSettings), asWord, webhook + bothPrograms)).toEqual([]);
});

test('every metric is set', () => {
  expect(unused(Object.keys(sidecarMetrics), asString, sidecar)).toEqual([]);
  expect(unused(Object.keys(discoveryMetrics), asString, discovery)).toEqual([]);
  expect(unused(Object.keys(webhookMetrics), asString, webhook)).toEqual([]);
});

test('every log event is logged by its program, and by no other', () => {
  // The compiler holds that the level is the table's. What the certificates note is logged, too.
  const asLogged = (event: string) => new RegExp(`\\b(log\\.\\w+|note)\\((\\w+ \\? ('[\\w-]+' : )?)?'${event}'`);
  const isLogged = (source: string) => (event: string) => asLogged(event).test(source);
  const [ofBoth, ofSidecar, ofWebhook] = [programLogEvents, sidecarLogEvents, webhookLogEvents].map(Object.keys);
  const shared = bothPrograms + log;
  expect(unused(ofBoth ?? [], asLogged, shared + sidecar)).toEqual([]);
  expect(unused(ofBoth ?? [], asLogged, shared + webhook)).toEqual([]);
  expect(unused(ofSidecar ?? [], asLogged, sidecar)).toEqual([]);
  expect(unused(ofWebhook ?? [], asLogged, webhook)).toEqual([]);
  expect(ofSidecar?.filter(isLogged(shared + webhook))).toEqual([]);
  expect(ofWebhook?.filter(isLogged(shared + sidecar))).toEqual([]);
});

test('every value of a label is given somewhere', () => {
  // A value that is computed (a type's name, a class in lower case) stands in the sources as what it is computed of.
  const computed = new Set([
    'queries_total type',
    'replies_total rcode',
    'upstream_replies_total class',
    'bad_requests_total status',
  ]);
  const unusedOf = (metrics: MetricTable, source: string): string[] =>
    Object.entries(metrics).flatMap(([name, { labels }]) =>
      Object.entries(labels).flatMap(([label, kind]) => {
        const isComputed = computed.has(`${name.replace(/^alpine_resolver_(webhook_)?/, '')} ${label}`);
        if ('any' in kind || isComputed) return [];
        const values = Array.isArray(kind.values) ? (kind.values as string[]) : Object.keys(kind.values);
        return unused(values, asKeyOrString, source).map((value) => `${name} ${label} ${value}`);
      }),
    );
  expect(unusedOf(sidecarMetrics, sidecar)).toEqual([]);
  expect(unusedOf(discoveryMetrics, discovery)).toEqual([]);
  expect(unusedOf(webhookMetrics, webhook)).toEqual([]);
});

test('every reason is given', () => {
  const { skipReasons, injectReasons, refuseReasons, warningReasons } = reasons;
  const ofWebhook = [skipReasons, injectReasons, refuseReasons, warningReasons].flatMap((table) => Object.keys(table));
  const { dropReasons, searchOutcomes, upstreamFaults, deadServerReasons, ignoredReplyReasons } = reasons;
  const ofSidecar = [dropReasons, searchOutcomes, upstreamFaults, deadServerReasons, ignoredReplyReasons].flatMap(
    (table) => Object.keys(table),
  );
  expect(unused(ofWebhook, asString, webhook)).toEqual([]);
  expect(unused(ofSidecar, asString, sidecar)).toEqual([]);
  expect(unused(Object.keys(containerOddities), asString, discovery)).toEqual([]);
});

test('what is not in the sources is found', () => {
  expect(unused(['listen', 'lisp'], asWord, "settings.listen; 'lis-p'")).toEqual(['lisp']);
  expect(unused(['windows', 'window'], asString, "skip('windows')")).toEqual(['window']);
});
