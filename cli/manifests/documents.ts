/** The objects of a manifest: YAML of several documents, or JSON, read as kubectl reads it. */
import { isCollection, LineCounter, parseAllDocuments, Schema, type Document, visit } from 'yaml';
import { arrayAt, isObject, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * kubectl's reader (sigs.k8s.io/yaml) is one of YAML 1.1: `yes` and `on` are booleans, `<<` merges. Its dates stay
 * text, and it knows no numbers to the base of sixty. One schema serves all documents of a file.
 */
export const schema = new Schema({
  schema: 'yaml-1.1',
  merge: true,
  resolveKnownTags: false,
  customTags: (tags) =>
    tags.filter(
      (tag) =>
        typeof tag === 'string' ||
        !(tag.tag === 'tag:yaml.org,2002:timestamp' || ('format' in tag && tag.format === 'TIME')),
    ),
});

/** Nodes that aliases may stand for; a few lines of them can stand for more than any memory holds. */
const maxAliases = 1000;

/** One document of a file, as it is written and as data. */
export interface ManifestDocument {
  readonly document: Document.Parsed;
  readonly object: JsonObject;
}

/** The documents of a file, without the empty ones. */
export interface ManifestFile {
  readonly title: string;
  readonly documents: readonly ManifestDocument[];
  /** `FILE:LINE:COLUMN`, both from 1, of an offset in the text. */
  place(offset: number): string;
}

/** Of a List, its items. An empty document is none. Throws with the place of a fault. */
export function readObjects(text: string, title: string): JsonObject[] {
  return readDocuments(text, title).documents.flatMap(({ object }) => itemsOf(object).map(({ item }) => item));
}

/**
 * Throws with the place of a fault.
 * @param keepsTokens whether the nodes keep their tokens, by which a text is edited; their places are known without
 */
export function readDocuments(text: string, title: string, keepsTokens = true): ManifestFile {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${title}:${line}:${col}`;
  };
  const parsed = withinStack(title, () =>
    parseAllDocuments(text, { version: '1.1', schema, lineCounter: lines, keepSourceTokens: keepsTokens }),
  );
  const documents: ManifestDocument[] = [];
  for (const document of parsed) {
    const [error] = document.errors;
    if (error !== undefined) {
      throw new UsageError(
        isOfNesting(error) ? nestedText(title) : `${place(error.pos[0])}: ${faultOf(error)}${hintFor(text)}`,
      );
    }
    const odd = withinStack(title, () => oddKey(document));
    if (odd !== undefined)
      throw new UsageError(`${place(odd)}: a key must be plain text, and this is a list or an object${hintFor(text)}`);
    const object = withinStack(title, () => valueOf(document, title));
    if (object === null) continue;
    const start = place(document.contents?.range?.[0] ?? document.range[0]);
    if (!isObject(object)) throw new UsageError(`${start}: this is no Kubernetes object, which has kind and metadata`);
    documents.push({ document, object });
  }
  return { title, documents, place };
}

function valueOf(document: Document.Parsed, title: string): Json {
  try {
    return document.toJS({ maxAliasCount: maxAliases }) as Json;
  } catch (error) {
    if (error instanceof ReferenceError)
      throw new UsageError(
        `${title}: ${/excessive/i.test(error.message) ? 'its aliases stand for too much' : error.message}`,
      );
    throw error;
  }
}

/** V8's words, which the reader takes for a fault of the text. */
function isOfNesting({ message }: Error): boolean {
  return message.includes('call stack');
}

/** The parser's message without the place, which stands in front already, and without the lines of the file. */
function faultOf({ message }: Error): string {
  const [first = ''] = message.split('\n');
  return first.replace(/ at line \d+.*$/, '');
}

function nestedText(title: string): string {
  return `${title} is nested too deeply`;
}

/** The reader calls itself for what is nested. */
function withinStack<Value>(title: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(nestedText(title));
    throw error;
  }
}

export interface ManifestItem {
  readonly item: JsonObject;
  /** From the top of its document. */
  readonly steps: readonly string[];
}

/** The items of a List, and of Lists among them; of another object itself. A DeploymentList may leave out their kind. */
export function itemsOf(object: JsonObject, steps: readonly string[] = []): ManifestItem[] {
  const kind = object['kind'];
  const isList = Array.isArray(object['items']) && typeof kind === 'string' && kind.endsWith('List');
  if (!isList || steps.length > maxListDepth) return [{ item: object, steps }];
  const kindOfItems = kind.slice(0, -'List'.length);
  return arrayAt(object, 'items').flatMap((item, i) => {
    if (!isObject(item)) return [];
    const isNamed = item['kind'] !== undefined || kindOfItems === '';
    return itemsOf(isNamed ? item : { ...item, kind: kindOfItems }, [...steps, 'items', String(i)]);
  });
}

/** Steps; nobody puts more Lists into each other. */
const maxListDepth = 16;

/** `{{ name }}` is an object whose key is an object. */
function oddKey(document: Document.Parsed): number | undefined {
  let found: number | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return undefined;
      found = key.range?.[0] ?? document.range[0];
      return visit.BREAK;
    },
  });
  return found;
}

function hintFor(text: string): string {
  return /\{\{.*\}\}/.test(text) ? '; it looks like a template: render it first, as with `helm template`' : '';
}
