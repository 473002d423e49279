/** Decides about the sysctl that opens port 53 to a process without root. */
import { portSysctl, sidecar } from '../../../shared/values/names.ts';
import { objectsAt, stringAt, type JsonObject } from '../../kubernetes/json.ts';
import type { Status } from './status.ts';

/** An entry of the port sysctl in a pod's security context. */
interface Entry {
  readonly index: number;
  readonly value: string;
}

/** The change of the pod's sysctls. Indices count in the list as it is. */
export type SysctlChange =
  | { readonly do: 'nothing' }
  | { readonly do: 'append' }
  /** These entries get our value. `replaced` is the value that counted until now. */
  | { readonly do: 'lower'; readonly indices: readonly number[]; readonly replaced: string }
  | { readonly do: 'remove'; readonly index: number };

/**
 * Lets a process without root listen on port 53. A start that allows it stays; where the one that counts does not, each
 * entry that does not is lowered.
 */
export function loweredPortStart(pod: JsonObject): SysctlChange {
  const entries = portEntries(pod);
  const last = entries.at(-1);
  if (!last) return { do: 'append' };
  if (!isTooHigh(last)) return { do: 'nothing' };
  return { do: 'lower', indices: entries.filter(isTooHigh).map(({ index }) => index), replaced: last.value };
}

/** Where the sysctl is not ours to set: an entry that an earlier injection appended goes. */
export function omittedPortStart(pod: JsonObject, status: Status | undefined): SysctlChange {
  const own = ownEntry(pod, status);
  return own === undefined ? { do: 'nothing' } : { do: 'remove', index: own };
}

/** What an earlier injection did to the sysctl, as its status says. */
export const sysctlPart = `sysctls/${portSysctl.name}`;
const replacedPrefix = `${sysctlPart}=`;

export function sysctlPartOf(change: SysctlChange): string | undefined {
  if (change.do === 'append') return sysctlPart;
  return change.do === 'lower' ? `${replacedPrefix}${change.replaced}` : undefined;
}

export function isSysctlPart(part: string): boolean {
  return part === sysctlPart || part.startsWith(replacedPrefix);
}

/**
 * Why the sidecar could not listen on port 53 in a pod whose sysctls must stay as they are: its own start, or the one
 * that an earlier injection lowered, is too high.
 */
export function portStartProblem(pod: JsonObject, status: Status | undefined): string | undefined {
  const replaced = status?.added.find((part) => part.startsWith(replacedPrefix))?.slice(replacedPrefix.length);
  const last = portEntries(pod).at(-1);
  const value = last?.value === portSysctl.value ? (replaced ?? last.value) : last?.value;
  return value !== undefined && isTooHigh({ value }) ? `${portSysctl.name} is ${value}` : undefined;
}

function ownEntry(pod: JsonObject, status: Status | undefined): number | undefined {
  const [entry, ...more] = portEntries(pod);
  const isOwn = status?.added.includes(sysctlPart) === true && more.length === 0 && entry?.value === portSysctl.value;
  return isOwn ? entry.index : undefined;
}

/** kubernetes component-helpers ConvertSysctlVariableToDotsSeparator: of two spellings, the kubelet's last entry counts. */
function portEntries(pod: JsonObject): Entry[] {
  const spellings: readonly string[] = [portSysctl.name, portSysctl.name.replaceAll('.', '/')];
  return objectsAt(pod, 'spec', 'securityContext', 'sysctls').flatMap((entry, index) =>
    spellings.includes(stringAt(entry, 'name') ?? '') ? [{ index, value: stringAt(entry, 'value') ?? '' }] : [],
  );
}

function isTooHigh({ value }: Pick<Entry, 'value'>): boolean {
  return Number(value) > sidecar.dnsPort;
}
