/** Faults of the sidecar's settings that no single kind of value can see. */
import { invalid } from '../../../shared/settings/read-settings.ts';
import type { SidecarSettings } from '../../../shared/settings/settings.ts';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import { isShelteredHost } from '../../../shared/values/ip-network.ts';
import { encodeName } from '../../wire/name.ts';

const markerAccepted = 'domain name without a leading dot, other than the root';

/** Faults that no single setting's kind can see; as those of the kinds, they end the start. `inherits`: the sockets are there. */
export function settingFaults(settings: SidecarSettings, { inherits = false } = {}): string[] {
  const marker = isMarker(settings.searchMarker)
    ? []
    : [invalid('RESOLVER_SEARCH_MARKER', settings.searchMarker, { accepted: markerAccepted }).message];
  const listen =
    settings.listen.length > 0 || inherits
      ? []
      : ['RESOLVER_LISTEN must be given with RESOLVER_PROFILE=host: the addresses to serve on, such as 127.0.0.1:53'];
  return [...marker, ...listen, ...(inherits ? [] : openListenFaults(settings))];
}

/** Who can be reached by strangers says to whom it speaks. */
function openListenFaults({ listen, allowClients }: SidecarSettings): string[] {
  const open = allowClients === undefined ? listen.filter(({ host }) => !isShelteredHost(host)) : [];
  return open.map(
    (address) =>
      `RESOLVER_LISTEN: ${formatEndpoint(address)} can be reached from outside; say in RESOLVER_ALLOW_CLIENTS who may ask (loopback,attached: this machine and the private networks that it is in)`,
  );
}

function isMarker(name: string): boolean {
  const encoded = encodeName(name);
  return encoded !== undefined && encoded.length > 1;
}
