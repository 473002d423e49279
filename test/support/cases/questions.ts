/**
 * What the servers were asked. The sidecar must ask what glibc asks directly: the same questions on the same server and
 * transport with the same bits and EDNS, first asked in the same order, and each as often.
 */
import type { GlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { clientDeadlineMs, serverTimeoutMs } from '../../../sidecar/decide/search/timeouts.ts';
import { dotsOf, nameOf, writtenNdots, type Call } from './case.ts';
import type { Run } from '../observation/observation.ts';
import { faultyQueries, type AskedQuery } from '../observation/questions.ts';

/** In what the sidecar's questions differ from those of direct glibc; undefined: in nothing. */
export function questionDifference(
  call: Call,
  configuration: GlibcConfiguration,
  direct: Run,
  through: readonly AskedQuery[],
): string | undefined {
  const expectedCounts = countQuestions(direct.queries, configuration);
  const counts = countQuestions(through, configuration);
  const [expected, asked] = [[...expectedCounts.keys()], [...counts.keys()]];
  if (asked.join('\n') === expected.join('\n')) {
    const { least, most } = allowedRepeats(call, configuration, direct);
    const unequal = asked.filter((question) => {
      const more = (counts.get(question) ?? 0) - (expectedCounts.get(question) ?? 0);
      return more < least || more > most;
    });
    if (unequal.length === 0) return undefined;
    const times = (question: string): string =>
      `${question} ${counts.get(question)} times, directly ${expectedCounts.get(question)}`;
    return `asked ${unequal.map(times).join(', ')}`;
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

/** How often more than directly each question may be asked. */
function allowedRepeats(
  call: Call,
  configuration: GlibcConfiguration,
  { observation: { addresses, elapsedMs } }: Run,
): { least: number; most: number } {
  const any = Number.POSITIVE_INFINITY;
  // Where its result buffer is too small glibc looks up anew; its client here asks the sidecar anew, and perhaps once more
  // (V28: the name under the marker is one more alias in the buffer).
  if (addresses.length > surelyFitting) return { least: -any, most: any };
  // The client's own question for the name as it is and its request to search are two lookups to the sidecar.
  if (dotsOf(nameOf(call)) >= writtenNdots) return { least: 0, most: any };
  // Waiting only briefly for a server whose time ran out (V10) takes its later replies for those to other tries.
  if (elapsedMs >= minTimeoutMs && longestMs(configuration) > clientDeadlineMs) return { least: 0, most: any };
  return { least: 0, most: 0 };
}

/** So many addresses fit into glibc's first result buffer in any case. */
const surelyFitting = 16;

/** glibc's `timeout:1`. */
const minTimeoutMs = 1000;

/** Of a search in which no server answers. */
function longestMs({ servers, search, attempts, timeoutSeconds }: GlibcConfiguration): number {
  const passMs = servers.reduce((sum, _, index) => sum + serverTimeoutMs(timeoutSeconds, index, servers.length), 0);
  return passMs * attempts * (search.length + 1);
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
  const found = faultyQueries(queries);
  // There A's socket is closed before AAAA gets one.
  if (flags.has('single-request-reopen')) return found;
  // A client may ask twice, and the system may give a closed socket's port to a later one: the ports of one lookup are
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
