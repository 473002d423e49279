/** Numbers of the DNS registries that the resolver itself acts on (IANA "Domain Name System Parameters"). */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  RRSIG: 46,
  NSEC: 47,
  NSEC3: 50,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

export const recordClasses = { IN: 1, CH: 3, ANY: 255 } as const;

/** `BADVERS` needs the eight upper bits that only an OPT record carries (RFC 6891 §6.1.3). */
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

export const opcodes = { QUERY: 0 } as const;

/** Length of the message header in bytes (RFC 1035 §4.1.1). */
export const headerBytes = 12;

/** Length of a whole domain name in bytes, length bytes and root included (RFC 1035 §2.3.4). */
export const maxNameBytes = 255;

/** Length of one text of a TXT record in bytes (RFC 1035 §3.3). */
export const maxCharacterStringBytes = 255;

/** Length of one label in bytes (RFC 1035 §2.3.4). */
export const maxLabelBytes = 63;

/** Longest message that a two-byte length can announce over TCP (RFC 1035 §4.2.2). */
export const maxMessageBytes = 65535;

/** The records are addresses: the only types whose answers glibc's lookups read (nss_dns, `rrtype_to_rdata_length`). */
export function isAddressType(type: number): boolean {
  return type === recordTypes.A || type === recordTypes.AAAA;
}
