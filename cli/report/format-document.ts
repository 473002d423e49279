/** Documents for programs as JSON or YAML. */
import { Document, isScalar, visit } from 'yaml';
import { hasUnprintable, unprintable } from '../terminal/output.ts';

/** What a terminal would obey is written as an escape, which readers undo. */
export function formatDocument(value: object, format: 'json' | 'yaml'): string {
  return format === 'json' ? `${escaped(JSON.stringify(value, undefined, 2))}\n` : yamlText(value);
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

/** Ends of lines are the document's own. */
function escaped(text: string): string {
  return text.replaceAll(unprintable, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
