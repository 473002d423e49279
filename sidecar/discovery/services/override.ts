/** What may be said of a service by hand, and what is wrong with it. */
import { formatAddressBytes, parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { clientAddressBytes } from '../../../shared/values/ip-network.ts';
import { encodeName } from '../../wire/name.ts';

/** What is left out stays as it is. */
export interface Override {
  readonly name?: string;
  readonly image?: string;
  readonly aliases?: readonly string[];
  /** In place of those of its networks. */
  readonly addresses?: readonly string[];
  readonly ttlSeconds?: number;
}

/** All of a service that is made by hand; without addresses or a name it would never be answered for. */
export interface ManualEntry extends Override {
  readonly name: string;
  readonly image: string;
  readonly addresses: readonly string[];
}

/** A member that cannot stand, and what is accepted. */
export interface MemberFault {
  readonly member: keyof Override;
  readonly value: string;
  readonly accepted: string;
}

/** Of lists: more would make one service larger than a reply can be. */
export const maxItems = 64;

/**
 * Of all that is made and said by hand, as {@link charactersOf} counts: with more, too little is left of the memory that a host's
 * container has.
 */
export const maxCharactersOfAll = 3_000_000;

/** RFC 2181 §8. */
export const maxTtlSeconds = 2_147_483_647;

/** The first thing that is wrong. */
export function memberFault(override: Override): MemberFault | undefined {
  const { name, image, aliases = [], addresses = [], ttlSeconds } = override;
  const faults = [
    name === undefined || name === '' || isName(name) ? undefined : fault('name', name, labelsAccepted),
    image === undefined || image === '' || isName(image) ? undefined : fault('image', image, labelsAccepted),
    faultOfList('aliases', aliases, isName, 'a domain name'),
    faultOfList('addresses', addresses, isAddress, 'an IPv4 or IPv6 address without a port'),
    ttlSeconds === undefined || isTtl(ttlSeconds)
      ? undefined
      : fault('ttlSeconds', String(ttlSeconds), `an integer from 0 to ${maxTtlSeconds}`),
  ];
  return faults.find((found) => found !== undefined);
}

/** As {@link memberFault}, for a whole entry. */
export function entryFault(entry: ManualEntry): MemberFault | undefined {
  const found = memberFault(entry);
  if (found !== undefined) return found;
  if (entry.addresses.length === 0) return fault('addresses', '', 'at least one address');
  const isNamed = entry.name !== '' || entry.image !== '' || (entry.aliases?.length ?? 0) > 0;
  return isNamed ? undefined : fault('name', '', 'a name, an image or an alias');
}

interface SaidTexts {
  readonly name?: string;
  readonly image?: string;
  readonly aliases?: readonly string[] | undefined;
  readonly addresses?: readonly string[] | undefined;
}

/** What counts for {@link maxCharactersOfAll}: each name and address with what it takes beside its characters. */
export function charactersOf({ name = '', image = '', aliases = [], addresses = [] }: SaidTexts): number {
  return [name, image, ...aliases, ...addresses].reduce((sum, text) => sum + charactersBeside + text.length, 0);
}

const charactersBeside = 16;

export function isTtl(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= maxTtlSeconds;
}

/** Of one label or several, and not the root. A final dot is none of it. */
export function isName(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  if (text.endsWith('.') || /[\u0000- \u007f\\]/.test(text)) return false;
  const encoded = encodeName(text);
  return encoded !== undefined && encoded.length > 1;
}

/** In one spelling, so that two can be compared; an IPv4 address that is written as one of IPv6 is one of IPv4. Undefined: it is none. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = isAddress(text) ? clientAddressBytes(text) : undefined;
  return bytes && formatAddressBytes(bytes);
}

const labelsAccepted = 'labels of at most 63 characters with dots between them';

function isAddress(text: string): boolean {
  return parseAddressBytes(text) !== undefined;
}

function fault(member: keyof Override, value: string, accepted: string): MemberFault {
  return { member, value, accepted };
}

function faultOfList(
  member: keyof Override,
  items: readonly string[],
  isFine: (item: string) => boolean,
  accepted: string,
): MemberFault | undefined {
  if (items.length > maxItems) return fault(member, `${items.length} of them`, `at most ${maxItems}`);
  const wrong = items.find((item) => !isFine(item));
  return wrong === undefined ? undefined : fault(member, wrong, accepted);
}
