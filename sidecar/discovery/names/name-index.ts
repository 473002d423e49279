/**
 * Which services a name stands for: a tree of labels, so that a question costs its own labels, however many services there are.
 *
 * A name is matched from its right end. Of the form `image` parts may be left out from the left, so that a shorter question
 * finds all services behind it; a longer one finds the longest name that it is below. A `*` in the question is any one label.
 */
import type { Labels } from './labels.ts';
import type { ServiceName } from './service-names.ts';

export interface NameIndex {
  /** In place of what was there under this id; no names: nothing is left of it. */
  set(id: string, names: readonly ServiceName[]): void;
  find(question: Labels): NameMatch;
}

export interface NameMatch {
  /** Ids of the services, with the name of each that matched. */
  readonly found: ReadonlyMap<string, ServiceName>;
  /** Labels of the question that stand in the name that was found: all of them, but where the question is longer. */
  readonly depth: number;
  /** Something is below the question. */
  readonly exists: boolean;
}

/** `zoneDepth`: labels of the domain; with fewer a question finds nothing of it. */
export function createNameIndex(zoneDepth: number): NameIndex {
  const root = newNode();
  const names = new Map<string, readonly ServiceName[]>();

  function add(id: string, name: ServiceName): void {
    let node = root;
    for (const [index, label] of name.labels.entries()) {
      node = childOf(node, label);
      node.uses++;
      if (name.form === 'image' && index + 1 >= zoneDepth) note(node.through, id, name);
    }
    note(node.own, id, name);
  }

  function remove(id: string, name: ServiceName): void {
    let node = root;
    for (const label of name.labels) {
      const child = node.children.get(label);
      if (child === undefined) return;
      child.uses--;
      if (name.form === 'image') forget(child.through, id, name);
      if (child.uses === 0) {
        // All that is below it has this name alone.
        node.children.delete(label);
        return;
      }
      node = child;
    }
    forget(node.own, id, name);
  }

  return {
    set(id, next) {
      for (const name of names.get(id) ?? []) remove(id, name);
      if (next.length === 0) names.delete(id);
      else names.set(id, next);
      for (const name of next) add(id, name);
    },
    find: (question) => findIn(root, question),
  };
}

interface Node {
  readonly children: Map<string, Node>;
  /** Names that end here. */
  readonly own: ByService;
  /** Names of the form `image` that go on from here, or end here. */
  readonly through: ByService;
  /** Names that go through here. */
  uses: number;
}

/** By id, each name once. */
type ByService = Map<string, readonly ServiceName[]>;

function newNode(): Node {
  return { children: new Map(), own: new Map(), through: new Map(), uses: 0 };
}

function childOf({ children }: Node, label: string): Node {
  const known = children.get(label);
  if (known !== undefined) return known;
  const child = newNode();
  children.set(label, child);
  return child;
}

function note(byService: ByService, id: string, name: ServiceName): void {
  byService.set(id, [...(byService.get(id) ?? []), name]);
}

function forget(byService: ByService, id: string, name: ServiceName): void {
  const rest = byService.get(id)?.filter((other) => other !== name) ?? [];
  if (rest.length === 0) byService.delete(id);
  else byService.set(id, rest);
}

function findIn(root: Node, question: Labels): NameMatch {
  let nodes: readonly Node[] = [root];
  let deepest: NameMatch = { found: nobody, depth: 0, exists: false };
  for (const [index, label] of question.entries()) {
    nodes = nodes.flatMap((node) => (label === '*' ? [...node.children.values()] : (node.children.get(label) ?? [])));
    if (nodes.length === 0) return deepest;
    const own = gathered(nodes.map((node) => node.own));
    if (own.size > 0) deepest = { found: own, depth: index + 1, exists: false };
  }
  const all = gathered(nodes.flatMap((node) => [node.own, node.through]));
  if (all.size > 0) return { found: all, depth: question.length, exists: true };
  return { ...deepest, exists: question.length > 0 };
}

const nobody: ReadonlyMap<string, ServiceName> = new Map();

function gathered(parts: readonly ByService[]): ReadonlyMap<string, ServiceName> {
  const found = new Map<string, ServiceName>();
  for (const part of parts) {
    for (const [id, [name]] of part) if (name !== undefined && !found.has(id)) found.set(id, name);
  }
  return found;
}
