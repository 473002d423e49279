/** The objects of a manifest: YAML of several documents, or JSON, read as kubectl reads it. */
import { LineCounter, parseAllDocuments, Schema, type Document } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * kubectl's reader (sigs.k8s.io/yaml) is one of YAML 1.1: `yes` and `on` are booleans, `<<` merges. Its dates stay
 * text, and it knows no numbers to the base of sixty. One schema serves all documents of a file.
 */
const schema = new Schema({
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

/** Of a List, its items. An empty document is none. Throws with the place of a fault. */
export function readObjects(text: string, title: string): JsonObject[] {
  const lines = new LineCounter();
  const documents = withinStack(title, () => parseAllDocuments(text, { version: '1.1', schema, lineCounter: lines }));
  const objects: JsonObject[] = [];
  for (const document of documents) {
    const place = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return `${title}:${line}:${col}`;
    };
    const [error] = document.errors;
    if (error !== undefined) {
      const hint = isTemplate(text) ? '; it looks like a template: render it first, as with `helm template`' : '';
      throw new UsageError(isOfNesting(error) ? nestedText(title) : `${place(error.pos[0])}: ${faultOf(error)}${hint}`);
    }
    const value = withinStack(title, () => valueOf(document, title));
    if (value === null) continue;
    const start = place(document.contents?.range?.[0] ?? document.range[0]);
    if (!isObject(value)) throw new UsageError(`${start}: this is no Kubernetes object, which has kind and metadata`);
    for (const item of itemsOf(value)) objects.push(item);
  }
  return objects;
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

function itemsOf(object: JsonObject): JsonObject[] {
  const items = object['items'];
  const kind = object['kind'];
  if (!Array.isArray(items) || typeof kind !== 'string' || !kind.endsWith('List')) return [object];
  return items.filter(isObject);
}

function isTemplate(text: string): boolean {
  return /\{\{.*\}\}/.test(text);
}
