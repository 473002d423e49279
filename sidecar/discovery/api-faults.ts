/** Faults of the settings of the HTTP API that no single kind of value can see. */
import type { SettingIssue } from '../../shared/settings/read-settings.ts';
import type { DiscoverySettings } from '../../shared/settings/settings.ts';
import { formatEndpoint } from '../../shared/values/ip-address.ts';
import { isShelteredHost } from '../../shared/values/ip-network.ts';

export type ApiSettings = Pick<DiscoverySettings, 'apiListen' | 'apiTokenFile' | 'apiTlsCertFile' | 'apiTlsKeyFile'>;

/** As those of the kinds, they end the start. */
export function apiFaults(settings: ApiSettings): SettingIssue[] {
  const { apiListen, apiTokenFile, apiTlsCertFile, apiTlsKeyFile } = settings;
  const isTls = apiTlsCertFile !== undefined && apiTlsKeyFile !== undefined;
  const open = isTls ? [] : apiListen.filter(({ host }) => !isShelteredHost(host));
  return [
    ...open.map((address) =>
      fault(
        'RESOLVER_API_LISTEN',
        `${formatEndpoint(address)} can be reached from outside, where a token must not go in plain text: set RESOLVER_API_TLS_CERT_FILE and RESOLVER_API_TLS_KEY_FILE, or an address of loopback or of a private network`,
      ),
    ),
    ...(apiListen.length > 0 && apiTokenFile === undefined
      ? [fault('RESOLVER_API_TOKEN_FILE', 'must be given with RESOLVER_API_LISTEN: the file with the token')]
      : []),
    ...((apiTlsCertFile === undefined) === (apiTlsKeyFile === undefined)
      ? []
      : [fault('RESOLVER_API_TLS_CERT_FILE', 'and RESOLVER_API_TLS_KEY_FILE are given together')]),
  ];
}

function fault(name: string, message: string): SettingIssue {
  return { problem: 'invalid', name, message: `${name}${message.startsWith('and ') ? ' ' : ': '}${message}` };
}
