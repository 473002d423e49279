/** What the hosts files say of a name, as the sidecar finds it. */
import { answerFrom, findHosts, type HostsAnswer, type HostsAnswering } from '../../../sidecar/decide/hosts/hosts.ts';
import type { HostsQuestion } from '../../../sidecar/decide/hosts/hosts-address.ts';
import type { HostsTable } from '../../../sidecar/decide/hosts/hosts-table.ts';
import type { WireName } from '../../../sidecar/wire/name.ts';

/** `undefined`: the next service is asked. As glibc answers, unless said otherwise. */
export function lookupHosts(
  table: HostsTable,
  name: WireName,
  question: HostsQuestion,
  answering: HostsAnswering = { authoritative: false, turn: 0 },
): HostsAnswer | undefined {
  const lines = findHosts(table, name);
  return lines && answerFrom(lines, question, answering);
}
