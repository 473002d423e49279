/** Addresses and names that every world has, real or simulated. */

/** The scripted servers. */
export const serverAddresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
export const serverAddressesV6 = ['2001:db8::1', '2001:db8::2', '2001:db8::3'] as const;

/** An address without a server: for `nameserver` lines beyond the third, and for tests of their own. */
export const spareServers = ['192.0.2.4', '192.0.2.5'] as const;

export const sidecarAddress = '127.0.0.1';

export const dnsPort = 53;

export const worldHostName = 'pod';

/** The first lines of the hosts file. */
export const worldHosts = '127.0.0.1 localhost\n::1 localhost\n';
