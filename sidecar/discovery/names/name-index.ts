/**
 * Which services a name stands for: a tree of labels, so that a question costs its own labels, however many services there are.
 *
 * A name is matched from its right end. Of the form `image` parts may be left out from the left, so that a shorter question
 * finds all services behind it; a longer one finds the longest name that it is below. A `*` in the question is any one label of
 * that form or of an alias, as in dnsdock, and of no other: `web.*.docker` would be below the name of each container.
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
      if (name.form === 'image' && index + 1 >= zoneDepth) note((node.through ??= new Map()), id, name);
    }
    note((node.own ??= new Map()), id, name);
  }

  function remove(id: string, name: ServiceName): void {
    let node = root;
    for (const label of name.labels) {
      const child = node.children?.get(label);
      if (child === undefined) return;
      child.uses--;
      if (name.form === 'image') forget(child.through, id, name);
      if (child.uses === 0) {
        // All that is below it has this name alone.
        node.children?.delete(label);
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

/** Most nodes are the end of one name, and maps that are empty would be most of what they take. */
interface Node {
  children: Map<string, Node> | undefined;
  /** Names that end here. */
  own: ByService | undefined;
  /** Names of the form `image` that go on from here, or end here. */
  through: ByService | undefined;
  /** Names that go through here. */
  uses: number;
}

/** By id, each name once. */
type ByService = Map<string, ServiceName | readonly ServiceName[]>;

function newNode(): Node {
  return { children: undefined, own: undefined, through: undefined, uses: 0 };
}

function childOf(node: Node, label: string): Node {
  const known = node.children?.get(label);
  if (known !== undefined) return known;
  const child = newNode();
  (node.children ??= new Map()).set(label, child);
  return child;
}

function note(byService: ByService, id: string, name: ServiceName): void {
  const before = byService.get(id);
  byService.set(id, before === undefined ? name : [...listed(before), name]);
}

function forget(byService: ByService | undefined, id: string, name: ServiceName): void {
  const before = byService?.get(id);
  const rest = before === undefined ? [] : listed(before).filter((other) => other !== name);
  if (rest.length === 0) byService?.delete(id);
  else byService?.set(id, rest);
}

function listed(names: ServiceName | readonly ServiceName[]): readonly ServiceName[] {
  return 'form' in names ? [names] : names;
}

function findIn(root: Node, question: Labels): NameMatch {
  let nodes: readonly Node[] = [root];
  let deepest: NameMatch = { found: nobody, depth: 0, exists: false };
  let isStarred = false;
  for (const [index, label] of question.entries()) {
    nodes = nodes.flatMap(({ children }) =>
      label === '*' ? [...(children?.values() ?? [])] : (children?.get(label) ?? []),
    );
    if (nodes.length === 0) return deepest;
    isStarred ||= label === '*';
    const own = gathered(
      nodes.map((node) => node.own),
      isStarred,
    );
    if (own.size > 0) deepest = { found: own, depth: index + 1, exists: false };
  }
  const all = gathered(
    nodes.flatMap((node) => [node.own, node.through]),
    isStarred,
  );
  if (all.size > 0) return { found: all, depth: question.length, exists: true };
  return { ...deepest, exists: question.length > 0 };
}

const nobody: ReadonlyMap<string, ServiceName> = new Map();

/** One name of each service; `isStarred`: of the forms alone that a `*` may be part of. */
function gathered(parts: readonly (ByService | undefined)[], isStarred: boolean): ReadonlyMap<string, ServiceName> {
  const found = new Map<string, ServiceName>();
  for (const part of parts) {
    for (const [id, names] of part ?? []) {
      const name = listed(names).find(({ form }) => !isStarred || form === 'image' || form === 'alias');
      if (name !== undefined && !found.has(id)) found.set(id, name);
    }
  }
  return found;
}
