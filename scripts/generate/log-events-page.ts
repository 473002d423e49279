/** docs/log-events.md: what each line of the log means, from the tables of log events. */
import type { LogEventTable, LogFieldKind } from '../../shared/report/log-event-definition.ts';
import { programLogEvents, sidecarLogEvents, webhookLogEvents } from '../../shared/report/log-events.ts';
import { logLevels } from '../../shared/values/log-level.ts';
import { code, generatedFrom, table } from './markdown.ts';

export function logEventsPage(): string {
  return `${generatedFrom('shared/report/log-events.ts')}
# Log events

Both programs write one JSON object per line to standard output: \`time\` (UTC), \`level\` (${logLevels.map(code).join(', ')}),
\`event\`, then the fields of the event. The level that is logged, and all that are more important, is set by
[\`RESOLVER_LOG_LEVEL\`](settings.md#variables-of-the-sidecar), the annotation \`alpine-resolver.io/log-level\` and
[\`WEBHOOK_LOG_LEVEL\`](settings.md#variables-of-the-webhook).

A field with \`?\` stands only in some lines. Fields are texts, or what is in brackets; an error is an object with \`name\`,
\`message\`, and where it has them \`code\` and \`cause\`, which is an error again.

## Both programs

${eventTable(programLogEvents)}

## Sidecar

${eventTable(sidecarLogEvents)}

## Webhook

${eventTable(webhookLogEvents)}
`;
}

function eventTable(events: LogEventTable): string {
  const rows = Object.entries(events).map(([name, { level, meaning, fields }]) => [
    code(name),
    level,
    meaning,
    Object.entries(fields)
      .map(([field, { kind, isOptional, meaning: what }]) => {
        return `${code(field + (isOptional ? '?' : ''))}${kindNames[kind]}: ${what}`;
      })
      .join(' '),
  ]);
  return table(['Event', 'Level', 'Meaning', 'Fields'], rows);
}

/** How a kind stands behind a field's name. */
const kindNames: Readonly<Record<LogFieldKind, string>> = {
  text: '',
  number: ' (number)',
  flag: ' (true or false)',
  texts: ' (list of texts)',
  error: ' (error)',
  record: ' (object)',
};
