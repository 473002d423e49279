/** Other names in the place of those that were asked for: the same one for the same label, for as long as the process lives. */
import { lateCrypto } from './late-modules.ts';

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

/** Without `secret` there is a new one for each process, so that nobody can try names out. */
export function createNameRedactor(secret?: Uint8Array): (name: string) => string {
  let key = secret;
  const labelOf = (label: string): string => {
    const folded = label.toLowerCase();
    if (publicLabels.has(folded)) return label;
    const { createHmac, randomBytes } = lateCrypto();
    key ??= randomBytes(32);
    return `n${createHmac('sha256', key).update(folded).digest('hex').slice(0, shownCharacters)}`;
  };
  return (name) => name.split('.').map(labelOf).join('.');
}
