/**
 * What the servers were asked. The sidecar must ask what glibc asks directly: each question once, on the same server and
 * transport, in the same order. Repeats are left out: a client that waits repeats, and joins the walk under way.
 */
import type { GlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import type { AskedQuery } from './observation.ts';

/** In what the sidecar's questions differ from those of direct glibc; undefined: in nothing. */
export function questionDifference(
  direct: readonly AskedQuery[],
  through: readonly AskedQuery[],
  configuration: GlibcConfiguration,
): string | undefined {
  const expected = distinctQuestions(direct, configuration);
  const asked = distinctQuestions(through, configuration);
  if (asked.join('\n') === expected.join('\n')) return undefined;
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

function distinctQuestions(queries: readonly AskedQuery[], { flags }: GlibcConfiguration): string[] {
  const questions = queries.map(({ server, transport, name, type, ad, edns }) => {
    const extras = [...(ad ? ['AD'] : []), ...(edns === undefined ? [] : [`EDNS ${edns}`])];
    // With rotate the first server is anybody's guess.
    const where = flags.has('rotate') ? transport : `${server}/${transport}`;
    return [...extras, where, name, type].join(' ');
  });
  return [...new Set(questions)];
}

/** What no query of the sidecar may be. */
export function forbiddenQueries(queries: readonly AskedQuery[]): string[] {
  const found = queries
    .filter(({ fault }) => fault !== undefined)
    .map(({ name, type, fault }) => `faulty query ${name} ${type}: ${fault}`);
  const typesByPort = new Map<string, string>();
  for (const { server, transport, sourcePort, name, type } of queries) {
    if (transport !== 'udp' || sourcePort === undefined) continue;
    const key = `${server} ${sourcePort} ${name.toLowerCase()}`;
    const known = typesByPort.get(key) ?? type;
    if (known !== type) found.push(`${known} and ${type} of ${name} from port ${sourcePort}`);
    typesByPort.set(key, type);
  }
  return found;
}
