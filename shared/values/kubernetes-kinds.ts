/** Kinds of values that Kubernetes defines: object names, images, users, quantities. */
import { formatCpu, formatMemory, parseQuantity } from './quantity.ts';
import { integer, kind, list, type ValueKind } from './value-kinds.ts';

/** A DNS label as Kubernetes demands of object names (RFC 1123 subdomain without dots). */
export function objectName(): ValueKind<string> {
  return kind({
    name: 'object name',
    accepted: 'name of a Kubernetes object (lower-case letters, digits, "-")',
    read: (value) => (/^[a-z\d]([-a-z\d.]{0,251}[a-z\d])?$/.test(value) ? value : undefined),
  });
}

/** Reference of a container image: registry, repository, tag, digest. */
export function image(): ValueKind<string> {
  const reference =
    /^(?:[a-zA-Z\d][a-zA-Z\d.-]*(?::\d+)?\/)?[a-z\d]+(?:[._/-]+[a-z\d]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f\d]{64})?$/;
  return kind({
    name: 'image',
    accepted: 'image reference ([registry/]name[:tag][@digest])',
    read: (value) => (value.length <= 512 && reference.test(value) ? value : undefined),
  });
}

/**
 * Globs over image references: `*` does not cross `/`, `**` does; without a tag any tag; `!` in front excludes. The digest
 * is not looked at, so that a pattern with one would never match.
 */
export function imagePatterns(): ValueKind<string[]> {
  const pattern = /^!?(?:\[[\da-fA-F:.]+\])?[\w.*:/-]+$/;
  return list(
    kind({
      name: 'image pattern',
      accepted: 'image reference without digest, in which * stands for any text without "/" and ** for any; ! excludes',
      read: (value) => (value.length <= maxPatternLength && pattern.test(value) ? value : undefined),
    }),
    { max: maxPatterns },
  );
}

const maxPatternLength = 255;
const maxPatterns = 100;

/** Names of images as `unbound`, or ends of their paths as `technitium/dns-server`; without tag. */
export function imageNames(): ValueKind<string[]> {
  return list(
    kind({
      name: 'image name',
      accepted: 'name of an image or end of its path, in lower case and without tag',
      read: (value) =>
        value.length <= maxPatternLength && /^[a-z\d]+(?:[._/-]+[a-z\d]+)*$/.test(value) ? value : undefined,
    }),
    { max: maxPatterns },
  );
}

/** Amount of a resource within bounds, in the form in which `kubectl` shows it; `none` where `orNone` allows it. */
export function quantity({ resource, min: minText, max: maxText, orNone = false }: QuantityOptions): ValueKind<string> {
  const isCpu = resource === 'cpu';
  const format = isCpu ? formatCpu : formatMemory;
  const [min, max] = [parseQuantity(minText), parseQuantity(maxText)];
  if (min === undefined || max === undefined) throw new Error(`${minText} or ${maxText} is not a quantity`);
  const what = isCpu ? 'quantity of CPU (such as 100m or 0.5)' : 'quantity of memory (such as 64Mi or 1Gi)';
  return kind({
    name: 'quantity',
    accepted: `${what} from ${minText} to ${maxText}${orNone ? ', or none' : ''}`,
    read: (value) => {
      const text = value.trim();
      if (orNone && text.toLowerCase() === 'none') return 'none';
      const parsed = parseQuantity(text);
      return parsed === undefined || parsed < min || parsed > max ? undefined : format(parsed);
    },
  });
}

export interface QuantityOptions {
  readonly resource: 'cpu' | 'memory';
  /** Bounds, as a quantity is written. */
  readonly min: string;
  readonly max: string;
  readonly orNone?: boolean;
}

/** Numeric user, or `none` (also `0`): leave the choice to the cluster. The value 0 stands for none. */
export function userId(): ValueKind<number> {
  const range = integer({ min: 0, max: 2_147_483_647 });
  return kind({
    name: 'user',
    accepted: 'user ID from 1 to 2147483647, or none',
    read: (value) => {
      if (value.trim().toLowerCase() === 'none') return 0;
      const parsed = range.parse(value);
      return parsed.ok ? parsed.value : undefined;
    },
    format: (value) => (value === 0 ? 'none' : String(value)),
  });
}
