/** The address of a line of the hosts file, for the question that is asked. */

/** Which question the client has: both families together, or one alone. */
export type HostsQuestion = 'PAIR' | 'A' | 'AAAA';

/**
 * Asked for IPv4 alone, glibc takes mapped addresses as what they map, and ::1 as 127.0.0.1. Of the canonical texts those
 * of mapped addresses alone hold a colon and a dot.
 */
export function addressFor(question: HostsQuestion, address: string): string | undefined {
  if (question === 'PAIR') return address;
  const isIpv6 = address.includes(':');
  if (question === 'AAAA') return isIpv6 ? address : undefined;
  if (!isIpv6) return address;
  if (address === '::1') return loopbackIpv4;
  return address.includes('.') ? address.slice('::ffff:'.length) : undefined;
}

const loopbackIpv4 = '127.0.0.1';
