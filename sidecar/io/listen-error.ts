/** The error of a listener that cannot be opened. */
import { annotationName } from '../../shared/settings/setting-definition.ts';
import { formatEndpoint } from '../../shared/values/ip-address.ts';
import { portSysctl } from '../../shared/values/names.ts';
import type { Endpoint } from './addresses.ts';
import { errorCode } from './node-sockets.ts';

/** An address could not be bound; the message says what to do about it. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(transport: 'UDP' | 'TCP', endpoint: Endpoint, setting: string, cause: Error) {
    const code = errorCode(cause);
    super(`cannot listen on ${transport} ${formatEndpoint(endpoint)}: ${explain(code, endpoint, setting)}`, { cause });
    this.code = code;
  }
}

function explain(code: string, { port }: Endpoint, setting: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `another program uses this address and port (EADDRINUSE); stop it, or set ${setting} to another one`;
    case 'EACCES':
      return (
        `port ${port} is privileged for this user (EACCES); ` +
        `allow it with the sysctl ${portSysctl.name}=${portSysctl.value} (in a pod: ${annotationName('portSysctl')}: set, or securityContext.sysctls), ` +
        `grant CAP_NET_BIND_SERVICE, or set ${setting} to a higher port`
      );
    case 'EADDRNOTAVAIL':
      return `this machine does not have the address (EADDRNOTAVAIL); set ${setting} to one that it has`;
    case 'EAFNOSUPPORT':
      return `this machine has no IPv6 (EAFNOSUPPORT); set ${setting} to an IPv4 address`;
    default:
      return code;
  }
}
