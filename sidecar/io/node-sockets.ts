/** Small facts about Node's sockets that several files need. */
import type { LookupOneOptions } from 'node:dns';

/** Returns numeric addresses, the only ones here, at once: Node would start a lookup on its thread pool. */
export function literalLookup(
  address: string,
  _options: LookupOneOptions,
  done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  done(null, address, address.includes(':') ? 6 : 4);
}

/** Whether the process or the machine is out of file descriptors. */
export function lacksDescriptor(error: Error): boolean {
  const code = errorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

/** The errno name of a socket's error. */
export function errorCode(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
