/** Addresses of nameservers as settings have them: with a port, which resolv.conf cannot name. */
import { formatServerAddress, parseServerEndpoint } from '../resolv-conf/server-address.ts';
import { kind, list, type ValueKind } from '../values/value-kinds.ts';

/** Each as text in one form: `IP`, `IP:PORT` or `[IPv6]:PORT`. */
export function serverAddresses(): ValueKind<string[]> {
  const server = kind({
    name: 'server address',
    accepted: 'IPv4 or IPv6 address, with a port as IPv4:port or [IPv6]:port',
    read: (text) => {
      const parsed = parseServerEndpoint(text);
      return parsed && formatServerAddress(parsed);
    },
  });
  return list(server, { min: 1 });
}
