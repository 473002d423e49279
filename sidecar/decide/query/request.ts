/**
 * What a query asks for: a search or the name as it is, by the marker, the mode and the question itself.
 */
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import { isAddressType, recordTypes } from '../../wire/iana.ts';
import { labelCount, stripSuffix } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { asksForDnssec, clientFlag } from './client-flags.ts';
import { isHostName } from '../search/host-name.ts';
import type { SearchRequest } from '../search/candidates.ts';

export interface Reading {
  readonly name: WireName;
  readonly type: number;
  /** The query has an OPT record. */
  readonly edns: boolean;
  readonly flags: number;
}

export type Request =
  | {
      readonly do: 'search';
      readonly search: SearchRequest;
      /** The name was asked under the marker. */
      readonly marked: boolean;
      readonly usesHosts: boolean;
      /** The upstream's reply is passed on as it is: no search, no pairing. */
      readonly whole: boolean;
    }
  /** NXDOMAIN without asking anybody. */
  | { readonly do: 'negative' };

export function readRequest(reading: Reading, snapshot: ConfigurationSnapshot): Request {
  const rest = stripSuffix(reading.name, snapshot.marker);
  return rest === undefined ? readUnmarked(reading, snapshot) : readMarked(rest, reading, snapshot);
}

/** What stands under the marker is searched for, in every mode. The marker alone, and one under another, is no name. */
function readMarked(name: WireName, reading: Reading, snapshot: ConfigurationSnapshot): Request {
  const isName = labelCount(name) > 0 && stripSuffix(name, snapshot.marker) === undefined;
  if (!isName || isRejected(reading, name, snapshot)) return { do: 'negative' };
  return { do: 'search', search: searchFor(name, false), marked: true, usesHosts: true, whole: false };
}

/** Searched for in plain mode, where it looks like a call of getaddrinfo; otherwise the name and no other. */
function readUnmarked(reading: Reading, snapshot: ConfigurationSnapshot): Request {
  const { name, type, flags } = reading;
  if (isRejected(reading, name, snapshot)) return { do: 'negative' };
  // Only programs that check signatures set DO, and they need the reply as it was signed, with its proofs.
  const isFiltered = snapshot.settings.filterAaaa && type === recordTypes.AAAA;
  const forValidator = asksForDnssec(flags) && !isFiltered;
  const plain = !forValidator && snapshot.mode === 'plain';
  const searches = plain && isAddressType(type) && !isRawCall(reading, snapshot);
  const usesHosts = searches || (plain && type === recordTypes.PTR) || snapshot.settings.hosts.forAll;
  const search = searchFor(name, !searches || labelCount(name) === 0);
  return { do: 'search', search, marked: false, usesHosts, whole: forValidator || !isAddressType(type) };
}

function searchFor(name: WireName, absolute: boolean): SearchRequest {
  return { name, dots: Math.max(0, labelCount(name) - 1), absolute };
}

/** glibc refuses names that are no host names before it asks anybody (`res_hnok`); only lookups of C libraries look like this. */
function isRejected({ type, edns, flags }: Reading, name: WireName, snapshot: ConfigurationSnapshot): boolean {
  if (!snapshot.settings.hostNameFilter || !isAddressType(type) || edns) return false;
  if ((flags & clientFlag.ad) !== 0 && !snapshot.trustAdInPodFile) return false;
  return !isHostName(name);
}

/** musl from 1.2.1 sets AD in `res_query` and clears it for `getaddrinfo`: AD without OPT is a call that never searches. */
function isRawCall({ edns, flags }: Reading, snapshot: ConfigurationSnapshot): boolean {
  return (flags & clientFlag.ad) !== 0 && !edns && !snapshot.trustAdInPodFile;
}
