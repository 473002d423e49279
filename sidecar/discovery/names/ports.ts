/** Which ports of a service an SRV question asks for: `_http._tcp` in front of a name. */
import type { Service, ServicePort } from '../services/service.ts';
import type { Labels } from './labels.ts';

export interface PortQuestion {
  /** Without the underscores, in small letters. */
  readonly name: string;
  readonly protocol: string;
  /** The labels of the name behind. */
  readonly host: Labels;
}

/** Undefined: the name is not one of those (RFC 2782). */
export function portQuestion(labels: Labels): PortQuestion | undefined {
  const [protocol, name] = [labels.at(-2), labels.at(-1)];
  if (labels.length < 3 || !protocol?.startsWith('_') || !name?.startsWith('_')) return undefined;
  return { name: name.slice(1), protocol: protocol.slice(1), host: labels.slice(0, -2) };
}

/** By the name that a label of the container gives the port, by its number, and by the name that is usual for it. */
export function portsFor({ ports }: Pick<Service, 'ports'>, { name, protocol }: PortQuestion): readonly number[] {
  const asked = ports.filter((port) => port.protocol === protocol && isCalled(port, name));
  return [...new Set(asked.map(({ port }) => port))].toSorted((left, right) => left - right);
}

function isCalled({ name: own, port }: ServicePort, name: string): boolean {
  return own === name || String(port) === name || usualPorts.get(name)?.includes(port) === true;
}

/** From the registry of IANA; for the web also the ports that containers without rights have. */
const usualPorts: ReadonlyMap<string, readonly number[]> = new Map([
  ['amqp', [5672]],
  ['amqps', [5671]],
  ['domain', [53]],
  ['ftp', [21]],
  ['http', [80, 8080]],
  ['https', [443, 8443]],
  ['imap', [143]],
  ['imaps', [993]],
  ['ldap', [389]],
  ['ldaps', [636]],
  ['memcache', [11211]],
  ['mongodb', [27017]],
  ['mqtt', [1883]],
  ['ms-sql-s', [1433]],
  ['mysql', [3306]],
  ['nfs', [2049]],
  ['ntp', [123]],
  ['postgresql', [5432]],
  ['redis', [6379]],
  ['smtp', [25]],
  ['ssh', [22]],
  ['submission', [587]],
  ['syslog', [514]],
]);
