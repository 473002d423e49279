import { formatIpAddress, parseIpAddress } from './ip-address.ts';

/**
 * What a setting's value may be. A kind reads it from text (environment, annotation), writes it back, and says what it
 * accepts; the last is what users read in a refusal and in the reference page.
 */
export interface ValueKind<Value> {
  readonly name: string;
  parse(text: string): Parsed<Value>;
  format(value: Value): string;
  /** A noun phrase: "integer from 1 to 30". */
  describe(): string;
}

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; accepted: string };

/** Where a server listens. An empty host means every address of the machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

interface KindParts<Value> {
  name: string;
  accepted: string;
  /** undefined = not accepted */
  read(text: string): Value | undefined;
  format?(value: Value): string;
}

function kind<Value>({ name, accepted, read, format = String }: KindParts<Value>): ValueKind<Value> {
  return {
    name,
    parse: (text) => {
      const value = read(text);
      return value === undefined ? { ok: false, accepted } : { ok: true, value };
    },
    format,
    describe: () => accepted,
  };
}

export function integer(range: { min: number; max: number; unit?: string }): ValueKind<number> {
  const unit = range.unit === undefined ? '' : ` (${range.unit})`;
  return kind({
    name: 'integer',
    accepted: `integer from ${range.min} to ${range.max}${unit}`,
    read: (text) => {
      if (!/^\s*-?\d{1,15}\s*$/.test(text)) return undefined;
      const value = Number(text);
      return value >= range.min && value <= range.max ? value : undefined;
    },
  });
}

export function seconds(range: { min: number; max: number }): ValueKind<number> {
  return integer({ ...range, unit: 'seconds' });
}

export function flag(): ValueKind<boolean> {
  return kind({
    name: 'flag',
    accepted: 'true or false',
    read: (text) => {
      const word = text.trim().toLowerCase();
      if (word === 'true') return true;
      return word === 'false' ? false : undefined;
    },
  });
}

export function choice<const Word extends string>(words: readonly Word[]): ValueKind<Word> {
  return kind({
    name: 'choice',
    accepted: `one of ${words.join(', ')}`,
    read: (text) => words.find((word) => word === text.trim().toLowerCase()),
  });
}

/** Any text but the empty one. */
export function text(): ValueKind<string> {
  return kind({ name: 'text', accepted: 'text', read: (value) => (value === '' ? undefined : value) });
}

export function path(): ValueKind<string> {
  return kind({
    name: 'path',
    accepted: 'absolute path of a file',
    // oxlint-disable-next-line no-control-regex
    read: (value) => (/^\/[^\u0000-\u001f]*$/.test(value) ? value : undefined),
  });
}

/** Several values of one kind, separated by commas or blanks. Each item says itself what it accepts. */
export function list<Item>(item: ValueKind<Item>, limits: { min?: number; max?: number } = {}): ValueKind<Item[]> {
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits;
  const many = max === Number.POSITIVE_INFINITY ? 'several' : `up to ${max}`;
  return kind({
    name: 'list',
    accepted: `${item.describe()}; ${many} separated by commas`,
    read: (value) => {
      const items = value
        .split(/[,\s]+/)
        .filter((part) => part !== '')
        .map((part) => item.parse(part));
      if (items.length < min || items.length > max) return undefined;
      const values = items.flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
      return values.length === items.length ? values : undefined;
    },
    format: (values) => values.map((value) => item.format(value)).join(','),
  });
}

/** `host:port` with an IP address as host (IPv6 in brackets), or `:port` for all addresses. */
export function listenAddresses(): ValueKind<ListenAddress[]> {
  return list(listenAddress(), { min: 1 });
}

export function listenAddress(): ValueKind<ListenAddress> {
  return kind({
    name: 'listen address',
    accepted: 'IPv4:port, [IPv6]:port, or :port for all addresses',
    read: readListenAddress,
    format: ({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
  });
}

function readListenAddress(value: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(value.trim());
  if (!match) return undefined;
  const [, ipv6, ipv4, portText] = match;
  const port = Number(portText);
  if (port > 65_535) return undefined;
  if (ipv6 === undefined && (ipv4 === '' || ipv4 === undefined)) return { host: '', port };
  const ip = parseIpAddress(ipv6 ?? ipv4 ?? '');
  if (!ip || (ip.family === 6) !== (ipv6 !== undefined)) return undefined;
  return { host: formatIpAddress(ip), port };
}

export function ipAddress(): ValueKind<string> {
  return kind({
    name: 'IP address',
    accepted: 'IPv4 or IPv6 address without port',
    read: (value) => {
      const ip = parseIpAddress(value);
      return ip && formatIpAddress(ip);
    },
  });
}

export function ipAddresses(limits: { min?: number; max?: number } = { min: 1 }): ValueKind<string[]> {
  return list(ipAddress(), limits);
}

/**
 * A name as it may stand on a `search` line. glibc does not check entries, so underscores and the root `.` are fine;
 * what could not be sent (labels over 63 octets, names over 253) is refused.
 */
export function domainName(): ValueKind<string> {
  return kind({
    name: 'domain name',
    accepted: 'domain name (labels of up to 63 characters, 253 in all)',
    read: (value) => {
      if (value === '.') return value;
      const name = value.replace(/^\.|\.$/g, '');
      const labels = name.split('.');
      if (name.length > 253 || !labels.every((label) => /^[!-+\--[\]-~]{1,63}$/.test(label))) return undefined;
      return value;
    },
  });
}

export function domainNames(limits: { min?: number; max?: number } = {}): ValueKind<string[]> {
  return list(domainName(), limits);
}

/** A DNS label as Kubernetes demands of object names (RFC 1123 subdomain without dots). */
export function objectName(): ValueKind<string> {
  return kind({
    name: 'object name',
    accepted: 'name of a Kubernetes object (lower-case letters, digits, "-")',
    read: (value) => (/^[a-z\d]([-a-z\d.]{0,251}[a-z\d])?$/.test(value) ? value : undefined),
  });
}

/** Reference of a container image: registry, repository, tag, digest. */
export function image(): ValueKind<string> {
  const reference =
    /^(?:[a-zA-Z\d][a-zA-Z\d.-]*(?::\d+)?\/)?[a-z\d]+(?:[._/-]+[a-z\d]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f\d]{64})?$/;
  return kind({
    name: 'image',
    accepted: 'image reference ([registry/]name[:tag][@digest])',
    read: (value) => (value.length <= 512 && reference.test(value) ? value : undefined),
  });
}

/** Amount of a resource as Kubernetes writes it: 250m, 64Mi (apimachinery resource.Quantity). */
export function quantity(): ValueKind<string> {
  return kind({
    name: 'quantity',
    accepted: 'Kubernetes quantity such as 250m or 64Mi',
    read: (value) => (/^\d+(?:\.\d+)?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.test(value) ? value : undefined),
  });
}

/** Numeric user, or `none` (also `0`): leave the choice to the cluster. The value 0 stands for none. */
export function userId(): ValueKind<number> {
  const range = integer({ min: 0, max: 2_147_483_647 });
  return kind({
    name: 'user',
    accepted: 'user ID from 1 to 2147483647, or none',
    read: (value) => {
      if (value.trim().toLowerCase() === 'none') return 0;
      const parsed = range.parse(value);
      return parsed.ok ? parsed.value : undefined;
    },
    format: (value) => (value === 0 ? 'none' : String(value)),
  });
}
