/** Containers of images that bring a resolver of their own, as alpine-kubernetes does: who they are, and what they told it. */
import { oldVariables } from '../../../shared/settings/old-variables.ts';
import { readOldVariables } from '../../../shared/settings/read-old-variables.ts';
import type { SidecarSettings } from '../../../shared/settings/settings.ts';
import { isImageNamed } from './image.ts';
import { objectsAt, stringAt, valueAt, type JsonObject } from '../../kubernetes/json.ts';
import { isOptedOut, otherContainers, unescapeEnvironmentText, type PlacedContainer } from '../../kubernetes/pod.ts';

export interface OwnResolver {
  /** Such images are built on Alpine, whatever they are named. */
  readonly isThere: boolean;
  /** For the sidecar: what a container told its resolver. */
  readonly variables: readonly OldVariableText[];
  /** What they set, as the sidecar reads them. */
  readonly values: Partial<SidecarSettings>;
  /** Why variables are not handed on, a sentence each. */
  readonly notCopied: readonly string[];
}

export interface OldVariableText {
  readonly name: string;
  readonly text: string;
}

export interface OwnResolverOptions {
  /** Images of DNS servers: their variables are their own. */
  readonly dnsServerImages: readonly string[];
  /** Whether an injection before this one has set ALPINE_NO_RESOLVER in the container, or may have. */
  isOptedOutByUs(container: PlacedContainer): boolean;
}

/** Of containers that say different things none counts; a value that the sidecar would not start with is left out. */
export function ownResolver(pod: JsonObject, { dnsServerImages, isOptedOutByUs }: OwnResolverOptions): OwnResolver {
  const found = otherContainers(pod).filter((container) => {
    const image = stringAt(container.value, 'image') ?? '';
    if (isImageNamed(image, dnsServerImages)) return false;
    if (isImageNamed(image, imageNames) || hasVariable(container)) return true;
    return isOptedOut(container.value) && !isOptedOutByUs(container);
  });
  const told = found.map(toldBy).filter(({ variables, unread }) => variables.length > 0 || unread.length > 0);
  const [first] = told;
  const other = told.find(({ key }) => key !== first?.key);
  if (!first) return { isThere: found.length > 0, variables: [], values: {}, notCopied: [] };
  if (other) {
    const both = `containers ${first.container} and ${other.container}`;
    const message = `${both} set different DNSMASQ_ variables: the sidecar, which serves both, gets none of them`;
    return { isThere: true, variables: [], values: {}, notCopied: [message] };
  }
  const { values, issues } = readOldVariables(
    Object.fromEntries(first.variables.map(({ name, text }) => [name, text])),
    'pod',
  );
  const isRefused = ({ name }: OldVariableText): boolean => issues.some((issue) => issue.name === name);
  return {
    isThere: true,
    variables: first.variables.filter((variable) => !isRefused(variable)),
    values,
    notCopied: [
      ...first.unread.map(
        (name) => `${name} of container ${first.container} is not a plain text: the sidecar does not get it`,
      ),
      ...issues.map(({ message }) => `the sidecar does not get what container ${first.container} sets: ${message}`),
    ],
  };
}

const imageNames = ['alpine-kubernetes'];

/** Those that tell the resolver in the container about itself stay there: where it listens, and which files it writes. */
const copiedNames = oldVariables
  .filter(({ name, ofItsContainer }) => name.startsWith('DNSMASQ_') && ofItsContainer !== true)
  .map(({ name }) => name);

const oldNames = new Set(oldVariables.map(({ name }) => name).filter((name) => name.startsWith('DNSMASQ_')));

function hasVariable({ value }: PlacedContainer): boolean {
  return objectsAt(value, 'env').some(({ name }) => typeof name === 'string' && oldNames.has(name));
}

interface Told {
  readonly container: string;
  readonly variables: readonly OldVariableText[];
  /** Names of variables whose text is known on the node alone. */
  readonly unread: readonly string[];
  /** Equal for containers that say the same. */
  readonly key: string;
}

/** The last entry of a name counts, as in the kubelet; an empty text as none, as in go-dnsmasq. */
function toldBy({ name: container, value }: PlacedContainer): Told {
  const entries = copiedNames.flatMap(
    (name) => objectsAt(value, 'env').findLast((entry) => entry['name'] === name) ?? [],
  );
  const variables: OldVariableText[] = [];
  const unread: string[] = [];
  for (const entry of entries) {
    const name = stringAt(entry, 'name') ?? '';
    const text = stringAt(entry, 'value') ?? '';
    if (valueAt(entry, 'valueFrom') !== undefined || text.includes('$(')) unread.push(name);
    else if (text !== '') variables.push({ name, text: unescapeEnvironmentText(text) });
  }
  return { container, variables, unread, key: JSON.stringify([variables, unread]) };
}
