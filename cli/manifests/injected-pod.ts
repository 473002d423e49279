/** What the kubelet makes of an injected pod: the files that its containers and the sidecar read, and the sidecar's environment. */
import { annotations, sidecar } from '../../shared/values/names.ts';
import { objectAt, objectsAt, stringAt, stringsAt, type JsonObject } from '../../webhook/kubernetes/json.ts';

/** What the containers see as /etc/resolv.conf. */
export function seenResolvConf(pod: JsonObject): string {
  return stringAt(objectAt(pod, 'metadata', 'annotations'), annotations.podResolvConf) ?? dnsConfigText(pod);
}

/** What the kubelet makes of `dnsPolicy: None` and a dnsConfig. */
function dnsConfigText(pod: JsonObject): string {
  const config = objectAt(pod, 'spec', 'dnsConfig');
  const searches = stringsAt(config, 'searches');
  const options = objectsAt(config, 'options').map((option) => {
    const value = stringAt(option, 'value');
    return `${stringAt(option, 'name')}${value === undefined ? '' : `:${value}`}`;
  });
  return [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...stringsAt(config, 'nameservers').map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n');
}

/** As a downwardAPI volume has it: one `name="value"` per line, quoted as Go quotes. */
export function annotationsText(pod: JsonObject): string {
  return Object.entries(objectAt(pod, 'metadata', 'annotations'))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('');
}

export function sidecarEnvironment(pod: JsonObject): Record<string, string> {
  const container = objectsAt(pod, 'spec', 'initContainers').find(
    (candidate) => stringAt(candidate, 'name') === sidecar.containerName,
  );
  return Object.fromEntries(
    objectsAt(container, 'env').map((variable) => [
      stringAt(variable, 'name') ?? '',
      stringAt(variable, 'value') ?? '',
    ]),
  );
}
