/** Generates docs/from-alpine-kubernetes.md from the table of old variables. */
import { oldVariables } from '../../shared/settings/old-variables.ts';
import { annotationName, environmentName } from '../../shared/settings/setting-definition.ts';
import { sidecarSettings } from '../../shared/settings/sidecar-settings.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/from-alpine-kubernetes.md */
export function fromAlpineKubernetesPage(): string {
  return `${generatedFrom('shared/settings/old-variables.ts')}
# From alpine-kubernetes

Images built on \`janeczku/alpine-kubernetes\` start go-dnsmasq in each container, as root, and overwrite \`/etc/resolv.conf\`. In a
namespace that is opted in they run as they are: the sidecar takes the place of their resolver, and the image can be changed at
leisure. A proof on a real cluster follows this page.

1. [Install](../README.md) the webhook, and opt the namespace in:

   \`\`\`sh
   kubectl label namespace NAMESPACE alpine-resolver.io/inject=enabled
   \`\`\`

2. Create the pods anew. Nothing in their manifests needs to change.

   \`\`\`sh
   kubectl rollout restart --namespace NAMESPACE deployment
   \`\`\`

3. See what was added, and the variables that the sidecar has from a container (\`initContainers/alpine-resolver/env/DNSMASQ_…\`):

   \`\`\`sh
   kubectl get pods --namespace NAMESPACE --output jsonpath='{range .items[*]}{.metadata.name}{" "}{.metadata.annotations.alpine-resolver\\.io/status}{"\\n"}{end}'
   \`\`\`

4. See what became of each variable; a line names the annotation's variable to set in its place:

   \`\`\`sh
   kubectl logs --namespace NAMESPACE POD --container alpine-resolver | grep old-variable
   \`\`\`

5. Then build the images on \`alpine\` itself, without \`/init\`, and set the annotations of the table below where a variable was needed.

## What happens to such a pod

| | |
|---|---|
| It is recognised | by the image's name \`alpine-kubernetes\`, or, whatever it is named, by a variable \`DNSMASQ_…\` or \`ALPINE_NO_RESOLVER\` of a container. It counts as Alpine then |
| Its resolver leaves port 53 alone | all containers get \`ALPINE_NO_RESOLVER=true\`; a value of yours stays |
| It overwrites \`/etc/resolv.conf\` all the same | with \`nameserver 127.0.0.1\` alone. The file is one for all containers; the sidecar notices it within a lookup and goes on in the mode \`plain\`, in which it searches for each address query |
| What a container told its resolver | its \`DNSMASQ_…\` variables are handed to the sidecar. Annotations go before them |
| Two containers that say different things | none is handed on, for there is one sidecar: a warning (\`variables-not-copied\`) names both |
| A value that is not accepted, or comes from a ConfigMap, a Secret or another variable | is not handed on, with the same warning. \`envFrom\` is not looked at |

## Variables

${variablesTable()}
`;
}

function variablesTable(): string {
  const rows = oldVariables
    .filter(({ name }) => name.startsWith('DNSMASQ_'))
    .map(({ name, settings, remark = '', ofItsContainer }) => [
      code(name),
      ofItsContainer === true ? 'no' : 'yes',
      settings.map(settingName).join(', ') || 'none',
      ofItsContainer === true && settings.length > 0 ? 'The sidecar has its own.' : remark,
    ]);
  return table(['Variable', 'Handed to the sidecar', 'In its place', 'Remark'], rows);
}

/** The annotation, where there is one. */
function settingName(key: (typeof sidecarSettings)[number]['key']): string {
  const isAnnotation = sidecarSettings.some((entry) => entry.key === key && entry.annotation);
  return code(isAnnotation ? annotationName(key) : environmentName({ key, program: 'sidecar' }));
}
