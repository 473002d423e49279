/** What of the pods was not played through failures, and why. */
import { countText } from '../terminal/count-text.ts';
import { printable, wrapped } from '../terminal/output.ts';
import type { WhatIfReport } from './what-if.ts';

const maxNames = 12;

/** One entry for each reason. */
export function leftOutText({ groups, total, leftOut }: WhatIfReport, columns: number): string[] {
  const interrupted = `Interrupted: ${groups.length} of ${total} groups of pods were played.`;
  const nothing = 'Nothing to play: there is no pod on Alpine whose DNS configuration is known.';
  const byReason = Map.groupBy(leftOut, ({ why }) => why);
  const entries = [...byReason].map(([why, pods]) => {
    const names = pods.slice(0, maxNames).map(({ workload }) => workload);
    const more = pods.length > maxNames ? ` and ${pods.length - maxNames} more` : '';
    return `Not played, ${countText(pods.length, 'pod')}: ${names.join(', ')}${more}: ${why}.`;
  });
  const texts = [...(total === 0 ? [nothing] : []), ...entries, ...(groups.length < total ? [interrupted] : [])];
  return texts.flatMap((text) => wrapped(printable(text), columns, '', '  '));
}
