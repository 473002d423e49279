/** Builds the container that is injected. */
import { sidecar } from '../../../shared/values/names.ts';
import { environmentName, sidecarSettings } from '../../../shared/settings/settings.ts';
import type { Json, JsonObject } from '../../kubernetes/json.ts';
import { escapeEnvironmentText, originalResolvConfVariable } from '../../kubernetes/pod.ts';
import type { AnnotatedSettings } from '../facts/pod-settings.ts';
import type { OldVariableText } from '../facts/own-resolver.ts';
import type { Scope } from '../facts/status.ts';

/** The container that is injected: a native sidecar that passes Pod Security "restricted" and holds no token. */
export function sidecarContainer(options: SidecarOptions): JsonObject {
  const { image, resources } = options;
  return {
    name: sidecar.containerName,
    image,
    imagePullPolicy: options.pullPolicy ?? 'IfNotPresent',
    restartPolicy: 'Always',
    ports: [{ name: sidecar.adminPortName, containerPort: sidecar.adminPort, protocol: 'TCP' }],
    env: environment(options),
    ...(resources && { resources }),
    startupProbe: { httpGet: { path: '/readyz', port: sidecar.adminPort }, periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: {
      httpGet: { path: '/healthz', port: sidecar.adminPort },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    securityContext: securityContext(options.userId),
    volumeMounts: [
      { name: sidecar.volumeName, mountPath: sidecar.configDirectory, readOnly: true },
      // Takes the place where the ServiceAccount admission would mount the application's token.
      { name: sidecar.volumeName, mountPath: sidecar.serviceAccountPath, readOnly: true },
    ],
  };
}

export interface SidecarOptions {
  readonly image: string;
  /** undefined: IfNotPresent. */
  readonly pullPolicy?: 'Always' | undefined;
  /** 0 leaves user and group to the cluster. */
  readonly userId: number;
  readonly scope: Scope;
  /** Stored a second time beside the annotation, which `kubectl debug --copy-to` drops. Scope pod only. */
  readonly originalText: string | undefined;
  readonly resources: JsonObject | undefined;
  /** Values that the namespace's annotations set. */
  readonly namespaceValues: AnnotatedSettings;
  /** What a container told the resolver of its own. */
  readonly oldVariables?: readonly OldVariableText[];
  readonly plain: boolean;
}

function environment({ scope, originalText, namespaceValues, oldVariables = [], plain }: SidecarOptions): Json[] {
  const texts = new Map<string, string>([['RESOLVER_ANNOTATIONS_FILE', sidecar.annotationsPath]]);
  if (originalText !== undefined) texts.set(originalResolvConfVariable, originalText);
  // Most namespaces set nothing.
  for (const definition of Object.keys(namespaceValues).length === 0 ? [] : sidecarSettings) {
    const key: keyof AnnotatedSettings = definition.key;
    const value = namespaceValues[key];
    if (value !== undefined) texts.set(environmentName(definition), definition.kind.format(value as never));
  }
  // The pod's own file holds the original; what the containers see, and so the mode, stands in the mounted one.
  if (scope === 'containers')
    texts
      .set('RESOLVER_RESOLV_CONF', '/etc/resolv.conf')
      .set('RESOLVER_POD_RESOLV_CONF', sidecar.podResolvConfPath)
      .set('RESOLVER_MODE', plain ? 'plain' : 'marker');
  for (const { name, text } of oldVariables) texts.set(name, text);
  return [...texts].map(([name, value]) => ({ name, value: escapeEnvironmentText(value) }));
}

function securityContext(userId: number): JsonObject {
  return {
    runAsNonRoot: true,
    ...(userId > 0 && { runAsUser: userId, runAsGroup: userId }),
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}
