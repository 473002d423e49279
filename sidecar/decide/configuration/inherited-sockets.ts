/**
 * Sockets that systemd has opened already (sd_listen_fds(3)), by what the environment and the kernel say of them. Pure.
 */

export interface InheritedSocket {
  readonly descriptor: number;
  /** `FileDescriptorName=` of the socket unit; by default the name of the unit. */
  readonly name: string;
}

export interface SocketKind {
  readonly transport: 'udp' | 'tcp';
  readonly family: 4 | 6;
}

/** SD_LISTEN_FDS_START. */
const firstDescriptor = 3;

/** More than any unit has; a wrong number must not cost much. */
const maxSockets = 64;

export const socketVariables = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

/** None where they are for another process. */
export function inheritedSockets(
  environment: Readonly<Record<string, string | undefined>>,
  processId: number,
): readonly InheritedSocket[] {
  const [forProcess, count, names = ''] = socketVariables.map((name) => environment[name]);
  if (forProcess !== String(processId) || count === undefined || !/^\d{1,3}$/.test(count)) return [];
  const named = names.split(':');
  return Array.from({ length: Math.min(Number(count), maxSockets) }, (_, index) => ({
    descriptor: firstDescriptor + index,
    name: named[index] ?? '',
  }));
}

/** Those for DNS: `dns` by its name, or one whose unit gave it none. */
export function isForDns({ name }: InheritedSocket): boolean {
  return name === 'dns' || name === '' || name === 'unknown' || name.endsWith('.socket');
}

/** The kernel's tables of sockets (`/proc/net/udp` …), by what they hold. */
export type SocketTables = readonly (SocketKind & { readonly text: string })[];

/** `inode` of the socket; undefined: it is neither UDP nor TCP. */
export function kindOfSocket(inode: string, tables: SocketTables): SocketKind | undefined {
  const found = tables.find(({ text }) =>
    text.split('\n').some((line) => line.trim().split(/\s+/)[inodeColumn] === inode),
  );
  return found && { transport: found.transport, family: found.family };
}

/** Documentation/networking/proc_net_tcp.rst. */
const inodeColumn = 9;
