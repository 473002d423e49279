/** The files that the kubelet would put into an injected pod, in a folder that the demo removes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotations } from '../../shared/values/names.ts';
import { objectAt, stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { annotationsText, seenResolvConf, sidecarEnvironment } from '../manifests/injected-pod.ts';

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
    seen: seenResolvConf(pod),
    originalFile: path('original-resolv.conf'),
    seenFile: path('resolv.conf'),
    hostsFile: path('hosts'),
  };
  writeFileSync(files.originalFile, files.original);
  writeFileSync(files.seenFile, files.seen);
  writeFileSync(files.hostsFile, '127.0.0.1 localhost\n::1 localhost\n');
  writeFileSync(path('annotations'), annotationsText(pod));
  const env = {
    ...sidecarEnvironment(pod),
    RESOLVER_RESOLV_CONF: files.originalFile,
    RESOLVER_POD_RESOLV_CONF: files.seenFile,
    RESOLVER_HOSTS_FILE: files.hostsFile,
    RESOLVER_ANNOTATIONS_FILE: path('annotations'),
  };
  return { folder, ...files, env };
}
