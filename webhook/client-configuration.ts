import { sidecar } from '../shared/names.ts';
import type { JsonObject } from './json.ts';

/** The resolver configuration that the containers see. Values and reasons: resolver semantics §1.1. */
export interface ClientConfiguration {
  readonly searches: readonly string[];
  readonly options: readonly (readonly [name: string, value?: string])[];
}

const clientNameserver = '127.0.0.1';

export function clientConfiguration({ plain, trustAd }: { plain: boolean; trustAd: boolean }): ClientConfiguration {
  return {
    searches: plain ? [] : [sidecar.searchMarker],
    options: [
      ['ndots', plain ? '0' : '15'],
      ['timeout', '10'],
      ['attempts', '5'],
      ...(trustAd ? ([['trust-ad']] as const) : []),
    ],
  };
}

/** As fields of the pod. */
export function dnsConfigOf({ searches, options }: ClientConfiguration): JsonObject {
  return {
    nameservers: [clientNameserver],
    ...(searches.length > 0 && { searches: [...searches] }),
    options: options.map(([name, value]) => ({ name, ...(value !== undefined && { value }) })),
  };
}

/** As resolv.conf text. */
export function formatClient({ searches, options }: ClientConfiguration): string {
  const search = searches.length > 0 ? `search ${searches.join(' ')}\n` : '';
  const words = options.map(([name, value]) => (value === undefined ? name : `${name}:${value}`));
  return `${search}nameserver ${clientNameserver}\noptions ${words.join(' ')}\n`;
}
