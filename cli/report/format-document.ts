/** Documents for programs as JSON or YAML. */
import { Document, isScalar, visit } from 'yaml';
import { hasUnprintable, unprintable } from '../terminal/output.ts';

/** What a terminal would obey is written as an escape, which readers undo. */
export function formatDocument(value: object, format: 'json' | 'yaml'): string {
  return format === 'json' ? `${escaped(JSON.stringify(value, undefined, 2))}\n` : yamlText(value);
}

/** A document in JSON whose last member is a list, which may be longer than what is held in memory at once. */
export function* jsonPieces<Item>(
  document: object,
  key: string,
  items: readonly Item[],
  documentOf: (item: Item) => object,
): Generator<string> {
  const whole = formatDocument({ ...document, [key]: [] }, 'json');
  const end = ']\n}\n';
  // Two lists around an item indent it as far as it is to be.
  const [before, behind] = ['[\n  [\n', '\n  ]\n]'];
  if (items.length === 0) return yield whole;
  yield whole.slice(0, -end.length);
  for (const [index, item] of items.entries()) {
    const text = JSON.stringify([[documentOf(item)]], undefined, 2);
    yield `${index === 0 ? '' : ','}\n${escaped(text.slice(before.length, -behind.length))}`;
  }
  yield `\n  ${end}`;
}

function yamlText(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, (_key, node) => {
    // Escapes count in double quotes alone.
    if (isScalar(node) && typeof node.value === 'string' && hasUnprintable(node.value.replaceAll('\n', '')))
      node.type = 'QUOTE_DOUBLE';
  });
  return escaped(document.toString({ lineWidth: 0 }).toWellFormed());
}

/** Ends of lines are the document's own, and not looked at one by one: there are many. */
const unprintableInLines = new RegExp(String.raw`(?!\n)(?:${unprintable.source})`, unprintable.flags);

function escaped(text: string): string {
  return text.replaceAll(
    unprintableInLines,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
