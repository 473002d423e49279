/** The files that the kubelet would put into an injected pod, in a folder that the demo removes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotations, sidecar } from '../../shared/values/names.ts';
import { objectAt, objectsAt, stringAt, stringsAt, type JsonObject } from '../../webhook/kubernetes/json.ts';

export interface PodFiles {
  readonly folder: string;
  /** What the containers see as /etc/resolv.conf. */
  readonly seen: string;
  /** The pod's original configuration, its nameservers where the demo has them. */
  readonly original: string;
  readonly seenFile: string;
  readonly originalFile: string;
  readonly hostsFile: string;
  /** Environment of the sidecar: that of the injected container, its paths in the folder. */
  readonly env: Record<string, string>;
}

export function writePodFiles(folder: string, pod: JsonObject, place: (original: string) => string): PodFiles {
  const path = (name: string) => join(folder, name);
  const texts = objectAt(pod, 'metadata', 'annotations');
  const files = {
    original: place(stringAt(texts, annotations.resolvConf) ?? ''),
    seen: stringAt(texts, annotations.podResolvConf) ?? dnsConfigText(pod),
    originalFile: path('original-resolv.conf'),
    seenFile: path('resolv.conf'),
    hostsFile: path('hosts'),
  };
  writeFileSync(files.originalFile, files.original);
  writeFileSync(files.seenFile, files.seen);
  writeFileSync(files.hostsFile, '127.0.0.1 localhost\n::1 localhost\n');
  writeFileSync(path('annotations'), annotationsText(texts));
  const env = {
    ...containerEnvironment(pod),
    RESOLVER_RESOLV_CONF: files.originalFile,
    RESOLVER_POD_RESOLV_CONF: files.seenFile,
    RESOLVER_HOSTS_FILE: files.hostsFile,
    RESOLVER_ANNOTATIONS_FILE: path('annotations'),
  };
  return { folder, ...files, env };
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
function annotationsText(values: JsonObject): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('');
}

function containerEnvironment(pod: JsonObject): Record<string, string> {
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
