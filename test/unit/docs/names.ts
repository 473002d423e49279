/** Finds names of ours in a text that do not exist. */
import { annotations, labels } from '../../../shared/values/names.ts';
import { discoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { webhookMetrics } from '../../../shared/report/webhook-metric-table.ts';
import { knownAnnotations } from '../../../shared/settings/read-settings.ts';
import { environmentName } from '../../../shared/settings/setting-definition.ts';
import { discoverySettings, sidecarSettings, webhookSettings } from '../../../shared/settings/settings.ts';

/** What a text names that the project does not have: annotations, labels, variables, metrics, npm scripts. */
export function unknownNames(text: string, npmScripts: readonly string[]): string[] {
  return [
    ...missing(text, /alpine-resolver\.io\/([a-z\d]+(?:-[a-z\d]+)*)/g, 0, [
      ...knownAnnotations([...sidecarSettings, ...webhookSettings]),
      ...Object.values(annotations),
      ...Object.values(labels),
    ]),
    ...missing(
      text,
      /\b(?:RESOLVER|WEBHOOK)_[A-Z][A-Z_]*\b/g,
      0,
      [...sidecarSettings, ...discoverySettings, ...webhookSettings].map((entry) => environmentName(entry)),
    ),
    ...missing(text, /\balpine_resolver_[a-z_]+\b/g, 0, metricNames()),
    ...missing(text, /\bnpm run ([a-z][a-z:-]*)/g, 1, npmScripts),
  ];
}

function missing(text: string, pattern: RegExp, group: number, known: readonly string[]): string[] {
  const named = new Set([...text.matchAll(pattern)].map((match) => match[group] ?? ''));
  return [...named].filter((name) => !known.includes(name));
}

/** As they are exposed: a histogram has three. */
function metricNames(): string[] {
  const table = Object.entries({ ...sidecarMetrics, ...discoveryMetrics, ...webhookMetrics });
  return table.flatMap(([name, { kind }]) =>
    kind === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}
