/** Which ports of a service an SRV question asks for: `_http._tcp` in front of a name. */
import type { Service, ServicePort } from '../services/service.ts';
import type { Labels } from './labels.ts';
import { usualPorts } from './usual-ports.ts';

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
