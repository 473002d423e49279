/** Services and questions in short, for tables. */
import { answerFrom } from '../../../sidecar/discovery/names/answer.ts';
import { createDirectory, type Directory } from '../../../sidecar/discovery/names/directory.ts';
import { labelsOf } from '../../../sidecar/discovery/names/labels.ts';
import { zoneOf, type NameRules } from '../../../sidecar/discovery/names/service-names.ts';
import { createViews, type View } from '../../../sidecar/discovery/names/views.ts';
import { serviceOf, type Service, type ServiceNetwork } from '../../../sidecar/discovery/services/service.ts';
import { discover, emptyServices, type Services } from '../../../sidecar/discovery/services/services.ts';
import { formatAddressBytes } from '../../../shared/values/address-bytes.ts';
import type { NameForm } from '../../../shared/settings/discovery-settings.ts';
import type { LocalReply } from '../../../sidecar/decide/reply/reply-plan.ts';
import { encodeName, formatName, rootName } from '../../../sidecar/wire/name.ts';

export const allForms = ['image', 'container', 'compose', 'network-alias', 'hostname', 'template', 'alias'] as const;

export function rulesOf(more: Partial<NameRules> = {}): NameRules {
  return { domain: 'docker', environment: undefined, forms: new Set<NameForm>(allForms), template: undefined, ...more };
}

/** `172.17.0.2` in a network with the first two parts of it. */
export function network(name: string, ...addresses: string[]): ServiceNetwork {
  const subnets = addresses.map((text) =>
    text.includes(':') ? `${text.replace(/::.*/, '::')}/64` : `${text.split('.').slice(0, 2).join('.')}.0.0/16`,
  );
  return { name, addresses, subnets, gateways: [], aliases: [] };
}

/** Of a client, where there is nobody else. */
export function viewOf(networks: readonly ServiceNetwork[], client: string): View {
  const views = createViews();
  views.add(networks);
  return views.of(client);
}

let made = 0;

export function service(container: string, more: Partial<Service> = {}): Service {
  const id = more.id ?? container;
  return serviceOf({
    ...{ id, source: 'container', startedMs: ++made, container, name: container },
    networks: [network('bridge', '172.17.0.2')],
    ...more,
  });
}

export function servicesOf(...all: Service[]): Services {
  return all.reduce(discover, emptyServices(5));
}

export function directoryOf(services: Services, rules = rulesOf()): Directory {
  return createDirectory(services, rules, zoneOf(rules).split('.').length);
}

export interface Asked {
  readonly type?: keyof typeof types;
  readonly client?: string;
  readonly turn?: number;
  readonly rules?: NameRules;
  readonly network?: string;
  readonly prefix?: string;
}

const types = { A: 1, NS: 2, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, ANY: 255 } as const;

export function ask(directory: Directory, name: string, asked: Asked = {}): LocalReply | undefined {
  const zoneName = encodeName(zoneOf(asked.rules ?? rulesOf())) ?? rootName;
  const preference = { network: asked.network, prefix: asked.prefix };
  return answerFrom(
    directory,
    { name: encodeName(name) ?? rootName, type: types[asked.type ?? 'A'], client: asked.client ?? '192.0.2.1' },
    { zone: labelsOf(zoneName), zoneName, preference },
    { turn: asked.turn ?? 0, serial: 7 },
  );
}

/** `not ours`, `no such name in docker`, `no data in docker`, or the data of the records. */
export function said(reply: LocalReply | undefined): string {
  if (reply === undefined) return 'not ours';
  if (reply.soa !== undefined) {
    const what = reply.rcode === 3 ? 'no such name' : 'no data';
    return `${what} in ${formatName(reply.soa.owner)}`;
  }
  return reply.records.map(({ type, rdata }) => dataText(type, rdata)).join(' ');
}

function dataText(type: number, rdata: Uint8Array): string {
  if (type === types.A || type === types.AAAA) return formatAddressBytes(rdata);
  const bytes = Buffer.from(rdata);
  if (type === types.MX) return `${bytes.readUInt16BE(0)} ${formatName(rdata.subarray(2))}`;
  if (type === types.SRV) return `${bytes.readUInt16BE(4)} ${formatName(rdata.subarray(6))}`;
  return type === types.PTR ? formatName(rdata) : `type ${type}`;
}
