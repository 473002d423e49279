/** Servers that the sidecar took for silent (V33), by what its log says of them. */
import { silentTimeoutMs } from '../../../sidecar/decide/search/silent-servers.ts';
import type { ReplyScript } from '../../../cli/simulation/script.ts';
import type { Context } from './asked.ts';

interface LogLine {
  readonly event?: unknown;
  readonly server?: unknown;
}

/** By address; the log has the port, too. */
export function silentServers(lines: readonly LogLine[]): ReadonlySet<string> {
  const keys = lines.filter(({ event }) => event === 'server-silent').map(({ server }) => String(server));
  return new Set(keys.map((key) => key.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')));
}

/** One of them answers, but takes longer than it is waited for. */
export function isSlowlyBack({ case: { script }, silent }: Pick<Context, 'case' | 'silent'>): boolean {
  return [...silent].some((address) => {
    const { names = {}, otherwise = 'NX' } = script.servers[address] ?? {};
    return [...Object.values(names), otherwise].flat().some(isSlow);
  });
}

function isSlow(reply: ReplyScript): boolean {
  return typeof reply === 'object' && (reply.delayMs ?? 0) > silentTimeoutMs;
}
