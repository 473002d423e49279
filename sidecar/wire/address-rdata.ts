import { encode } from 'dns-packet';
import { headerBytes, isAddressType, recordTypes } from './iana.ts';

/** Bytes in front of the address when it is the only record of a message, owned by the root. */
const rdataOffset = headerBytes + 1 + 10;

/** The data of an A or AAAA record (RFC 1035 §3.4.1, RFC 3596 §2.2); undefined if `address` is not of that family. */
export function addressRdata(type: number, address: string): Uint8Array | undefined {
  if (!isAddressType(type)) return undefined;
  const isIpv4 = type === recordTypes.A;
  if (address.includes(':') === isIpv4) return undefined;
  try {
    const message = encode({ answers: [{ type: isIpv4 ? 'A' : 'AAAA', name: '.', data: address }] });
    const rdata = Uint8Array.from(message.subarray(rdataOffset));
    return rdata.length === (isIpv4 ? 4 : 16) ? rdata : undefined;
  } catch {
    return undefined;
  }
}
