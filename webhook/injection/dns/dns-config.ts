/** Judges a pod's own DNS fields as the API server does. */
import { parseIpv4, parseIpv6 } from '../../../shared/values/ip-address.ts';
import { isAtLeast, type ServerVersion } from '../../kubernetes/server-version.ts';
import { objectsAt, stringAt, stringsAt, type JsonObject } from '../../kubernetes/json.ts';

/**
 * What the API server would say against the pod's own DNS fields (kubernetes pkg/apis/core/validation
 * validatePodDNSConfig, read in 1.29, 1.34 and 1.37). Ours would replace them, and the user would never hear of the
 * fault. `unsure`: it depends on a feature gate, or on the version, which is not known.
 */
export function dnsConfigFault(
  pod: JsonObject,
  policy: string,
  server: ServerVersion | undefined,
): DnsConfigFault | undefined {
  const invalid = certainProblem(pod, policy);
  if (invalid !== undefined) return { why: 'invalid', detail: invalid };
  const legacy = stringsAt(pod, 'spec', 'dnsConfig', 'nameservers').find((text) => !isStandardAddress(text));
  const relaxed = stringsAt(pod, 'spec', 'dnsConfig', 'searches').find((text) => !isPlainSearch(text));
  const relaxedRule = relaxed === undefined ? 'taken' : relaxedSearches(server);
  if (relaxedRule === 'refused') return { why: 'invalid', detail: `${searchIs(relaxed)} not a domain name` };
  if (relaxedRule === 'unsure')
    return { why: 'unsure', detail: `${searchIs(relaxed)} taken by some releases of Kubernetes alone` };
  if (legacy !== undefined && !takesLegacyAddresses(server))
    return {
      why: 'unsure',
      detail: `the nameserver ${legacy} of dnsConfig is not in standard form, which newer releases of Kubernetes refuse`,
    };
  return undefined;
}

export interface DnsConfigFault {
  readonly why: 'invalid' | 'unsure';
  readonly detail: string;
}

/** MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars. */
export const dnsLimits = { nameservers: 3, searches: 32, searchCharacters: 2048 } as const;

/** DNS1123SubdomainMaxLength. */
export const maxSearchLength = 253;

function certainProblem(pod: JsonObject, policy: string): string | undefined {
  if (!['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'].includes(policy))
    return `dnsPolicy ${policy} does not exist`;
  const nameservers = stringsAt(pod, 'spec', 'dnsConfig', 'nameservers');
  const searches = stringsAt(pod, 'spec', 'dnsConfig', 'searches');
  if (policy === 'None' && nameservers.length === 0) return 'dnsPolicy None needs a nameserver in dnsConfig';
  if (nameservers.length > dnsLimits.nameservers) return `dnsConfig has more than ${dnsLimits.nameservers} nameservers`;
  if (searches.length > dnsLimits.searches) return `dnsConfig has more than ${dnsLimits.searches} searches`;
  if (searches.join(' ').length > dnsLimits.searchCharacters)
    return `the searches of dnsConfig have more than ${dnsLimits.searchCharacters} characters`;
  const badServer = nameservers.find((text) => !isStandardAddress(text) && !isLegacyAddress(text));
  if (badServer !== undefined) return `the nameserver ${badServer} of dnsConfig is not an IP address`;
  const badSearch = searches.find((text) => !isRelaxedSearch(text));
  if (badSearch !== undefined) return `${searchIs(badSearch)} not a domain name`;
  return objectsAt(pod, 'spec', 'dnsConfig', 'options').some((option) => (stringAt(option, 'name') ?? '') === '')
    ? 'an option of dnsConfig has no name'
    : undefined;
}

function searchIs(text: string | undefined): string {
  return `the search ${text === '' ? '""' : text} of dnsConfig is`;
}

/** What every release takes: no zone, no leading zeros, no IPv4-mapped address (Go's netip.ParseAddr, Is4In6). */
function isStandardAddress(text: string): boolean {
  if (parseIpv4(text)) return true;
  const groups = text.includes(':') ? parseIpv6(text) : undefined;
  return groups !== undefined && !isIpv4Mapped(groups);
}

function isIpv4Mapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

/**
 * What Kubernetes takes in fields that are older than its rule (k8s.io/utils/net ParseIPSloppy): leading zeros, and
 * IPv4-mapped addresses. The text goes into the pod's file as it is, and what glibc reads in it counts there.
 */
function isLegacyAddress(text: string): boolean {
  // Without its leading zeros a number is read as any other.
  const stripped = text.replaceAll(/(?<![\da-f])0+(?=[\da-f])/gi, '');
  return parseIpv4(stripped) !== undefined || (stripped.includes(':') && parseIpv6(stripped) !== undefined);
}

/** StrictIPCIDRValidation is off by default until 1.35 (alpha), on since 1.36 (beta). */
function takesLegacyAddresses(server: ServerVersion | undefined): boolean {
  return server !== undefined && !isAtLeast(server, { major: 1, minor: 36 });
}

/** RelaxedDNSSearchValidation is off by default until 1.32, on in 1.33 (beta), always on since 1.34. */
function relaxedSearches(server: ServerVersion | undefined): 'taken' | 'refused' | 'unsure' {
  if (server === undefined) return 'unsure';
  if (isAtLeast(server, { major: 1, minor: 34 })) return 'taken';
  return isAtLeast(server, { major: 1, minor: 33 }) ? 'unsure' : 'refused';
}

/** ValidateDNS1123Subdomain, and a dot at the end: what every release takes. */
export function isPlainSearch(text: string): boolean {
  return isSubdomain(text, /^[a-z\d](?:[-a-z\d]*[a-z\d])?$/);
}

/** ValidateDNS1123SubdomainWithUnderScore, and a dot alone. */
function isRelaxedSearch(text: string): boolean {
  return text === '.' || isSubdomain(text, /^_?[a-z\d](?:[-_a-z\d]*[a-z\d])?$/);
}

function isSubdomain(text: string, label: RegExp): boolean {
  const name = text.replace(/\.$/, '');
  return name.length <= maxSearchLength && name.split('.').every((part) => label.test(part));
}
