/** Reads of a source file what the walls look at. */
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** What the walls look at in one source file. */
export interface SourceFacts {
  readonly imports: readonly Import[];
  /** Global names that the file refers to, and `Math.random`. Names that a file declares itself count too: it must not. */
  readonly names: ReadonlySet<string>;
  /** Variables outside functions that can be given another value. */
  readonly state: readonly string[];
}

export interface Import {
  /** Path from the root of the project for files (`sidecar/wire/name.ts`), else the specifier (`node:net`, `express`). */
  readonly target: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

export function readSourceFacts(path: string, text: string): SourceFacts {
  const imports: Import[] = [];
  const names = new Set<string>();
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node;
  visit(program, (node, parent) => {
    const specifier = importedSpecifier(node);
    if (specifier !== undefined) imports.push({ target: resolveImport(path, specifier), typeOnly: isTypeOnly(node) });
    if (node.type === 'Identifier' && isReference(node, parent)) names.add(String(node['name']));
    if (isMathRandom(node)) names.add('Math.random');
  });
  return { imports, names, state: moduleState(program) };
}

function moduleState(program: Node): string[] {
  const statements = (program['body'] as readonly Node[]).map((node) => (node['declaration'] as Node | null) ?? node);
  const variables = statements.filter(({ type, kind }) => type === 'VariableDeclaration' && kind !== 'const');
  return variables.flatMap(({ declarations }) =>
    (declarations as readonly { id: Node }[]).map(({ id }) => String(id['name'])),
  );
}

function importedSpecifier(node: Node): string | undefined {
  const imports = ['ImportDeclaration', 'ExportAllDeclaration', 'ExportNamedDeclaration', 'ImportExpression'];
  if (![...imports, 'TSImportType'].includes(node.type)) return undefined;
  const source = node['source'] as { value?: unknown } | null | undefined;
  if (!source) return undefined;
  return typeof source.value === 'string' ? source.value : '(computed)';
}

function isTypeOnly(node: Node): boolean {
  return node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type';
}

export function resolveImport(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : specifier;
}

function visit(node: Node, look: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  look(node, parent);
  for (const child of Object.values(node).flat()) {
    if (isNode(child)) visit(child, look, node);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Not the name of a member, a property or an imported thing: those are not the global of that name. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (!parent || parent.type.startsWith('Import') || parent.type.startsWith('Export')) return false;
  if (parent.type === 'MemberExpression' && parent['property'] === node) return parent['computed'] === true;
  if (parent['key'] === node) return parent['computed'] === true;
  return parent.type !== 'TSQualifiedName' || parent['left'] === node;
}

function isMathRandom(node: Node): boolean {
  if (node.type !== 'MemberExpression') return false;
  const { object, property } = node as unknown as Record<'object' | 'property', Record<string, unknown>>;
  return object['name'] === 'Math' && (property['name'] === 'random' || property['value'] === 'random');
}
