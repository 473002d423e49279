/** Random cases that have a model: the library's model and the library itself can be compared directly. */
import type { LibcName } from '../worlds/libcs.ts';
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';
import { muslG2, muslNames } from '../rows/row.ts';
import { admissibleCases } from './admissible-cases.ts';
import { hasSequences, nameOf, withoutStalls, type DifferentialCase } from './case.ts';
import { configurationOf, isSimulated } from './simulated.ts';

/** Time between the replies of one server and the next: musl takes the fastest. */
const serverGapMs = 250;

const maxDelayMs = 150;

export async function* modelCases(seed: number, count: number, libc: LibcName): AsyncGenerator<DifferentialCase> {
  const isMusl = muslNames.includes(libc);
  let found = 0;
  for await (const random of admissibleCases(seed, Number.POSITIVE_INFINITY)) {
    if (!isSimulated(random.call) || isSlow(random)) continue;
    if (isMusl ? !fitsMusl(random, libc) : !fitsGlibc(random, libc)) continue;
    if (found === count) return;
    found++;
    const script = withoutStalls(random.script);
    yield { ...random, script: isMusl ? withServerGap(script) : script };
  }
}

/** Replies near the end of a timeout come behind it where the machine is busy. */
function isSlow({ script }: DifferentialCase): boolean {
  const replies = Object.values(script.servers).flatMap(({ names = {} }) => Object.values(names).flat());
  return replies.some((reply) => typeof reply === 'object' && (reply.delayMs ?? 0) > maxDelayMs);
}

/** Which server is asked first under `rotate` is chance. */
function fitsGlibc(random: DifferentialCase, libc: LibcName): boolean {
  const isKnown = random.oracle === 'glibc' || random.oracle === libc;
  return isKnown && !configurationOf(random).flags.has('rotate');
}

/**
 * It repeats by the clock: replies that change from one to the next would change with the machine's load. It divides by the
 * number of attempts, and ends the program where that is 0. It asks for names with bytes beyond ASCII, of which scripts know
 * nothing. Before 1.2.4 it reads over the end of a message that is cut within an address.
 */
function fitsMusl(random: DifferentialCase, libc: LibcName): boolean {
  const { call, script } = random;
  const isRead = !muslG2.includes(libc) || !JSON.stringify(script).includes('"fault":"cut"');
  const isAsked = configurationOf(random).attempts > 0 && /^[!-~]*$/.test(nameOf(call));
  return isRead && isAsked && !hasSequences(script);
}

function withServerGap(script: Script): Script {
  const servers = Object.entries(script.servers).map(([address, server], index): [string, ServerScript] => {
    const { names = {}, otherwise = 'NX' } = server;
    const later = (reply: ReplyScript): ReplyDetails => delayed(reply, index * serverGapMs);
    const entries = Object.entries(names).map(
      ([name, reply]) => [name, Array.isArray(reply) ? reply.map(later) : later(reply)] as const,
    );
    return [address, { ...server, names: Object.fromEntries(entries), otherwise: later(otherwise) }];
  });
  return { servers: Object.fromEntries(servers) };
}

function delayed(reply: ReplyScript, byMs: number): ReplyDetails {
  const details: ReplyDetails = typeof reply === 'string' ? { is: reply } : reply;
  return { ...details, delayMs: (details.delayMs ?? 0) + byMs };
}
