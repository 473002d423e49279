/**
 * What the servers were asked. The sidecar must ask what glibc asks directly: the same questions on the same server and
 * transport with the same bits and EDNS, first asked in the same order, and none of them more often. It may ask one less
 * often: direct glibc looks up anew where its result buffer was too small, its client here asks the sidecar.
 */
import type { GlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import type { AskedQuery } from './observation.ts';

/**
 * In what the sidecar's questions differ from those of direct glibc; undefined: in nothing.
 *
 * @param more how often more than directly a question may be asked
 */
export function questionDifference(
  direct: readonly AskedQuery[],
  through: readonly AskedQuery[],
  configuration: GlibcConfiguration,
  more: number,
): string | undefined {
  const expectedCounts = countQuestions(direct, configuration);
  const counts = countQuestions(through, configuration);
  const [expected, asked] = [[...expectedCounts.keys()], [...counts.keys()]];
  if (asked.join('\n') === expected.join('\n')) {
    const tooOften = asked.filter(
      (question) => (counts.get(question) ?? 0) > (expectedCounts.get(question) ?? 0) + more,
    );
    if (tooOften.length === 0) return undefined;
    return `asked more often: ${tooOften.map((question) => `${question} ${counts.get(question)} times`).join(', ')}`;
  }
  const missing = expected.filter((question) => !asked.includes(question));
  const added = asked.filter((question) => !expected.includes(question));
  // Under strict-error a failed A half moves the pair on at once. glibc has sent both halves by then; to the sidecar the
  // second may not have come yet.
  const isMovedOn =
    configuration.flags.has('strict-error') &&
    added.length === 0 &&
    missing.every((question) => question.endsWith(' AAAA'));
  if (isMovedOn && asked.join('\n') === expected.filter((question) => asked.includes(question)).join('\n'))
    return undefined;
  if (missing.length === 0 && added.length === 0) return `asked in another order: ${asked.join(', ')}`;
  return [
    ...(missing.length > 0 ? [`not asked: ${missing.join(', ')}`] : []),
    ...(added.length > 0 ? [`asked besides: ${added.join(', ')}`] : []),
  ].join('; ');
}

/** How often each question was asked, in the order of their first times. */
function countQuestions(queries: readonly AskedQuery[], { flags }: GlibcConfiguration): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { server, transport, name, type, ad, cd, edns } of queries) {
    const extras = [...(ad ? ['AD'] : []), ...(cd ? ['CD'] : []), ...(edns === undefined ? [] : [`EDNS ${edns}`])];
    // With rotate the first server is anybody's guess.
    const where = flags.has('rotate') ? transport : `${server}/${transport}`;
    const question = [...extras, where, name, type].join(' ');
    counts.set(question, (counts.get(question) ?? 0) + 1);
  }
  return counts;
}

/** What no query of the sidecar may be. */
export function forbiddenQueries(queries: readonly AskedQuery[], { flags }: GlibcConfiguration): string[] {
  const found = queries
    .filter(({ fault }) => fault !== undefined)
    .map(({ name, type, fault }) => `faulty query ${name} ${type}: ${fault}`);
  // There A's socket is closed before AAAA gets one.
  if (flags.has('single-request-reopen')) return found;
  // A client may ask twice, and the system may give a closed socket's port to a later one: the ports of one look-up are
  // compared, of the first for A with the first for AAAA, and so on.
  const portsOf = new Map<string, Set<number>>();
  for (const { server, transport, sourcePort, name, type } of queries) {
    if (transport !== 'udp' || sourcePort === undefined) continue;
    const key = `${server} ${type} ${name.toLowerCase()}`;
    portsOf.set(key, (portsOf.get(key) ?? new Set()).add(sourcePort));
  }
  for (const [key, ports] of portsOf) {
    const [server, type, name] = key.split(' ');
    if (type !== 'A') continue;
    const siblings = [...(portsOf.get(`${server} AAAA ${name}`) ?? [])];
    const shared = [...ports].find((port, index) => port === siblings[index]);
    if (shared !== undefined) found.push(`A and AAAA of ${name} from port ${shared}`);
  }
  return found;
}
