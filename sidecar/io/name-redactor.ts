/** Other names in the place of those that were asked for: the same one for the same label, for as long as the process lives. */
import { createHmac, randomBytes } from 'node:crypto';

/** Labels that say nothing of anybody. */
const publicLabels: ReadonlySet<string> = new Set([
  'svc',
  'cluster',
  'local',
  'arpa',
  'in-addr',
  'ip6',
  'test',
  'internal',
  '',
]);

/** Characters of a label: enough that two of a cluster rarely look alike. */
const shownCharacters = 8;

/** `secret` is new for each process, so that nobody can try names out. */
export function createNameRedactor(secret: Uint8Array = randomBytes(32)): (name: string) => string {
  const labelOf = (label: string): string => {
    const key = label.toLowerCase();
    if (publicLabels.has(key)) return label;
    return `n${createHmac('sha256', secret).update(key).digest('hex').slice(0, shownCharacters)}`;
  };
  return (name) => name.split('.').map(labelOf).join('.');
}
