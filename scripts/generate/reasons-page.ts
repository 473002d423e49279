/** Generates docs/reasons.md from the tables of reasons. */
import * as reasons from '../../shared/report/reasons.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/reasons.md */
export function reasonsPage(): string {
  return `${generatedFrom('shared/report/reasons.ts')}
# Reasons

The same codes stand in [log lines](log-events.md), events, [metric labels](metrics.md) and admission warnings.

## Webhook: why a pod was left unchanged (verdict \`skip\`)

${reasonTable(reasons.skipReasons)}

## Webhook: why a pod was changed (verdict \`inject\`)

${reasonTable(reasons.injectReasons)}

## Webhook: why a pod was refused (verdict \`refuse\`)

${reasonTable(reasons.refuseReasons)}

## Webhook: warnings

${reasonTable(reasons.warningReasons)}

## Sidecar: how a search ended

${reasonTable(reasons.searchOutcomes)}

## Sidecar: the outcome of a candidate

A candidate is one name of a search. At log level \`debug\` each has a line, in glibc's order. A search that ends without
success follows glibc in which of these is the last word.

${reasonTable(reasons.candidateOutcomes)}

## Sidecar: why a query got no reply, or a connection was closed

${reasonTable(reasons.dropReasons)}

## Sidecar: why no nameserver can be asked

A warning \`no-upstream\` in the log, once per configuration, and the metric \`alpine_resolver_upstream_fault_info\`.

${reasonTable(reasons.upstreamFaults)}

## Sidecar: why a nameserver is never asked

A warning \`server-dead\` in the log, and the metric \`alpine_resolver_server_dead_info\`.

${reasonTable(reasons.deadServerReasons)}

## Sidecar: the reply to a query upstream

${reasonTable(reasons.upstreamReplyClasses)}

## Sidecar: why a message from upstream was ignored

${reasonTable(reasons.ignoredReplyReasons)}
`;
}

function reasonTable(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes).map(([reason, sentence]) => [code(reason), sentence]);
  return table(['Code', 'Meaning'], rows);
}
