/** Recognises images that are built on Alpine. */
import { projectName } from '../../../shared/values/names.ts';
import { matchesGlob, readGlob, type Glob } from './glob.ts';

/**
 * Whether an image is built on Alpine, by its reference alone. The last of the operator's patterns that matches decides;
 * without one, what the reference says. An image that hides its base needs a pattern or the annotation `inject: always`.
 */
export function isAlpineImage(reference: string, patterns: readonly ImagePattern[] = []): boolean {
  const parts = splitReference(reference);
  if (!parts) return false;
  const deciding = patterns.findLast((pattern) => matchesPattern(parts, pattern));
  return deciding === undefined ? saysAlpine(parts) : !deciding.excludes;
}

/**
 * A part of the tag or of the image's name (`node:22-alpine`, `byrnedo/alpine-curl`, `temurin:21-jre-musl`), or another
 * element of the path as a whole (`alpine/k8s`). Our own images, `alpine-resolver/…`, are not built on it.
 */
function saysAlpine({ path, tag }: Reference): boolean {
  const name = path.at(-1) ?? '';
  const parts = [...tag.split(separators), ...(name === projectName ? [] : name.split(separators))];
  return (
    parts.some((part) => /^(?:alpine(?:linux)?v?\d*|musl)$/.test(part)) ||
    path.slice(0, -1).some((element) => element === 'alpine' || element === 'alpinelinux')
  );
}

const separators = /[-_.]/;

/** A pattern of WEBHOOK_ALPINE_IMAGES; one that says nothing of the tag matches any. */
export interface ImagePattern {
  readonly excludes: boolean;
  readonly repository: Glob;
  readonly tag: Glob | undefined;
}

export function readImagePattern(text: string): ImagePattern {
  const { repository, tag } = splitTag(text.replace(/^!/, '').toLowerCase());
  return {
    excludes: text.startsWith('!'),
    repository: readGlob(repository),
    tag: tag === undefined ? undefined : readGlob(tag),
  };
}

function matchesPattern({ host, path, tag }: Reference, pattern: ImagePattern): boolean {
  if (pattern.tag && !matchesGlob(pattern.tag, tag)) return false;
  return spellings({ host, path }).some((spelling) => matchesGlob(pattern.repository, spelling));
}

/** As it is written, and as it is completed: an image without registry is Docker Hub's, one without path is of its library. */
function spellings({ host: [host], path }: Pick<Reference, 'host' | 'path'>): string[] {
  const name = path.join('/');
  const inLibrary = path.length === 1 ? [`docker.io/library/${name}`] : [];
  if (host === undefined) return [name, `docker.io/${name}`, ...inLibrary];
  return [`${host}/${name}`, ...(host === 'docker.io' ? inLibrary : [])];
}

/** Whether one of `names` is the image's name, or the end of its path; a version such as `-1` may follow. */
export function isImageNamed(reference: string, names: readonly string[]): boolean {
  const parts = splitReference(reference);
  if (!parts) return false;
  const path = `/${parts.path.join('/')}`;
  const withoutVersion = path.replace(/-\d+$/, '');
  return names.some((name) => isEndOf(path, name) || isEndOf(withoutVersion, name));
}

function isEndOf(path: string, name: string): boolean {
  return path.endsWith(name) && path[path.length - name.length - 1] === '/';
}

/** Of an image, in lower case. The digest says nothing of the base. */
export interface Reference {
  /** The registry with its port; empty where none is named. */
  readonly host: readonly string[];
  readonly path: readonly string[];
  /** Empty where there is none. */
  readonly tag: string;
}

/** `registry:5000/path/name:tag@digest`; undefined: it is longer than any that can be pulled. */
export function splitReference(reference: string): Reference | undefined {
  const named = reference.split('@', 1)[0] ?? '';
  if (named.length > maxReferenceLength) return undefined;
  const { repository, tag = '' } = splitTag(named.toLowerCase());
  const [first = '', ...rest] = repository.split('/');
  const isHost = rest.length > 0 && (/[.:[]/.test(first) || first === 'localhost');
  return isHost ? { host: [first], path: rest, tag } : { host: [], path: [first, ...rest], tag };
}

/** github.com/distribution/reference: NameTotalLengthMax, and a tag of 128 characters. */
const maxReferenceLength = 255 + 1 + 128;

/** A colon before a slash belongs to the registry's port. */
function splitTag(text: string): { repository: string; tag?: string } {
  const colon = text.lastIndexOf(':');
  return colon <= text.lastIndexOf('/')
    ? { repository: text }
    : { repository: text.slice(0, colon), tag: text.slice(colon + 1) };
}
