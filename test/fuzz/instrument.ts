/**
 * Puts a counter into every block of a source text: functions, branches, the right sides of `&&`, `||` and `??`, loops,
 * cases, defaults. Positions stay on their lines, so that a block is known by file and line.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';
import { projectFolder } from '../support/machine/paths.ts';
import { addBlock } from './coverage.ts';

const counters = new URL('./coverage.ts', import.meta.url).href;

/** From now on in this thread, modules whose path from the project's folder matches are loaded with counters. */
export function instrumentModules(files: RegExp): void {
  registerHooks({
    load(url, context, nextLoad) {
      const file = url.startsWith('file:') ? relative(projectFolder, fileURLToPath(url)) : '';
      if (!files.test(file)) return nextLoad(url, context);
      const source = instrument(readFileSync(fileURLToPath(url), 'utf8'), file);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** A node of the syntax tree (ESTree), as far as it matters here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Ends stand before beginnings, inner ends before outer ones, outer beginnings before inner ones. */
  readonly rank: number;
}

/** Parts of a node that are run or not, by its type. */
const statements: Readonly<Record<string, readonly string[]>> = {
  FunctionDeclaration: ['body'],
  FunctionExpression: ['body'],
  IfStatement: ['consequent', 'alternate'],
  ForStatement: ['body'],
  ForInStatement: ['body'],
  ForOfStatement: ['body'],
  WhileStatement: ['body'],
  DoWhileStatement: ['body'],
  CatchClause: ['body'],
};

const expressions: Readonly<Record<string, readonly string[]>> = {
  ConditionalExpression: ['consequent', 'alternate'],
  LogicalExpression: ['right'],
  AssignmentPattern: ['right'],
};

const logicalAssignments = ['&&=', '||=', '??='];

export function instrument(typeScript: string, file: string): string {
  const source = stripTypeScriptTypes(typeScript);
  const insertions: Insertion[] = [];
  const lineStarts = [...source.matchAll(/^/gm)].map((match) => match.index);

  let blockCount = 0;

  function counter(at: number): string {
    const line = lineStarts.findLastIndex((start) => start <= at) + 1;
    return `$hit(${addBlock({ file, line, index: blockCount++ })})`;
  }

  function insert(at: number, text: string, isEnd = false): void {
    const number = insertions.length + 1;
    insertions.push({ at, text, rank: isEnd ? -number : number });
  }

  function countExpression(node: Node): void {
    insert(node.start, `(${counter(node.start)}, `);
    insert(node.end, ')', true);
  }

  function countStatement(node: Node): void {
    if (node.type === 'BlockStatement') return insert(node.start + 1, `${counter(node.start)};`);
    insert(node.start, `{${counter(node.start)};`);
    insert(node.end, '}', true);
  }

  function count(node: Node): void {
    for (const key of statements[node.type] ?? []) {
      const part = node[key] as Node | null;
      if (part !== null) countStatement(part);
    }
    for (const key of expressions[node.type] ?? []) countExpression(node[key] as Node);
    if (node.type === 'ArrowFunctionExpression') {
      const body = node['body'] as Node;
      if (body.type === 'BlockStatement') countStatement(body);
      else countExpression(body);
    }
    if (node.type === 'AssignmentExpression' && logicalAssignments.includes(String(node['operator']))) {
      countExpression(node['right'] as Node);
    }
    const [first] = node.type === 'SwitchCase' ? (node['consequent'] as Node[]) : [];
    if (first !== undefined) insert(first.start, `${counter(first.start)};`);
  }

  visit(parseAst(source) as unknown as Node, count);
  insertions.sort((one, other) => one.at - other.at || one.rank - other.rank);
  let text = `import { hit as $hit } from ${JSON.stringify(counters)};`;
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    text += source.slice(from, at) + inserted;
    from = at;
  }
  return text + source.slice(from);
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && typeof (child as Node).type === 'string') {
        visit(child as Node, see);
      }
    }
  }
}
