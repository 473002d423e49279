/**
 * Which services a name stands for: a tree of labels, so that a question costs its own labels, however many services there are.
 *
 * A name is matched from its right end. Of the form `image` parts may be left out from the left, so that a shorter question
 * finds all services behind it; a longer one finds the longest name of several labels that it is below. A `*` in the question is any one label of
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
  const kept = createKeptMatches();

  function add(id: string, name: ServiceName): void {
    let node = root;
    for (const [index, label] of name.labels.entries()) {
      node = childOf(node, label);
      node.uses++;
      if (name.form === 'image' && index + 1 >= zoneDepth) note((node.through ??= new Map()), id, name);
    }
    note((node.own ??= new Map()), id, name);
  }

  /** All names of a service go at once. */
  function remove(id: string, name: ServiceName): void {
    let node = root;
    for (const label of name.labels) {
      const child = node.children?.get(label);
      if (child === undefined) return;
      child.uses--;
      child.through?.delete(id);
      if (child.uses === 0) {
        // All that is below it has this name alone.
        node.children?.delete(label);
        return;
      }
      node = child;
    }
    node.own?.delete(id);
  }

  return {
    set(id, next) {
      kept.forget();
      for (const name of names.get(id) ?? []) remove(id, name);
      if (next.length === 0) names.delete(id);
      else names.set(id, next);
      for (const name of next) add(id, name);
    },
    find: (question) => findIn(root, question, kept),
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

function listed(names: ServiceName | readonly ServiceName[]): readonly ServiceName[] {
  return 'form' in names ? [names] : names;
}

function findIn(root: Node, question: Labels, kept: KeptMatches): NameMatch {
  let nodes: readonly Node[] = [root];
  let deepest: (() => NameMatch) | undefined;
  let isStarred = false;
  for (const [index, label] of question.entries()) {
    const labels = question.slice(0, index + 1);
    isStarred ||= label === '*';
    const kind = { labels, isStarred, isDeeper: true };
    const step = isStarred ? kept.step(labels, () => stepTo(nodes, label, true)) : stepTo(nodes, label, false);
    ({ nodes } = step);
    if (nodes.length === 0) return deepest?.() ?? nowhere;
    // What is below a name of one label may be a whole domain of others, as below `com`.
    if (step.isAnybody && index > 0) deepest = () => kept.match(step.nodes, kind);
  }
  const all = kept.match(nodes, { labels: question, isStarred, isDeeper: false });
  if (all.found.size > 0) return all;
  return deepest?.() ?? { ...nowhere, exists: question.length > 0 };
}

const nowhere: NameMatch = { found: new Map(), depth: 0, exists: false };

/** One label further. */
interface Step {
  readonly nodes: readonly Node[];
  /** Names end here that questions below them find. */
  readonly isAnybody: boolean;
}

function stepTo(from: readonly Node[], label: string, isStarred: boolean): Step {
  const nodes = from.flatMap(({ children }) =>
    label === '*' ? [...(children?.values() ?? [])] : (children?.get(label) ?? []),
  );
  return { nodes, isAnybody: nodes.some(({ own }) => isAnybody(own, isStarred)) };
}

interface MatchKind {
  /** Of the question, as far as the names go. */
  readonly labels: Labels;
  /** Of the forms alone that a `*` may be part of. */
  readonly isStarred: boolean;
  /** The question has more labels than the name. */
  readonly isDeeper: boolean;
}

/** What questions for many services find, made once, until something changes. */
interface KeptMatches {
  match(nodes: readonly Node[], kind: MatchKind): NameMatch;
  step(labels: Labels, make: () => Step): Step;
  forget(): void;
}

/** Services that a name stands for: with fewer, to keep them costs what they cost. */
export const worthKeeping = 8;

/** Services and nodes in them, some fifty bytes each. */
export const maxKept = 65_536;

function createKeptMatches(): KeptMatches {
  const matches = new Map<string, NameMatch>();
  const steps = new Map<string, Step>();
  let size = 0;

  function forget(): void {
    matches.clear();
    steps.clear();
    size = 0;
  }

  function count(more: number): void {
    size += more;
    if (size > maxKept) forget();
  }

  return {
    match(nodes, kind) {
      const isSmall = nodes.length < worthKeeping && sizeOf(nodes, kind) < worthKeeping;
      if (isSmall) return matchOf(nodes, kind);
      const key = `${kind.isDeeper} ${JSON.stringify(kind.labels)}`;
      const before = matches.get(key);
      if (before !== undefined) return before;
      const made = matchOf(nodes, kind);
      count(made.found.size + 1);
      matches.set(key, made);
      return made;
    },
    step(labels, make) {
      const key = JSON.stringify(labels);
      const before = steps.get(key);
      if (before !== undefined) return before;
      const made = make();
      if (made.nodes.length < worthKeeping) return made;
      count(made.nodes.length);
      steps.set(key, made);
      return made;
    },
    forget,
  };
}

function matchOf(nodes: readonly Node[], { labels, isStarred, isDeeper }: MatchKind): NameMatch {
  const parts = nodes.flatMap(({ own, through }) => (isDeeper ? [own] : [own, through]));
  return { found: gathered(parts, isStarred), depth: labels.length, exists: !isDeeper };
}

function sizeOf(nodes: readonly Node[], { isDeeper }: MatchKind): number {
  const sizes = nodes.map(({ own, through }) => (own?.size ?? 0) + (isDeeper ? 0 : (through?.size ?? 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** One name of each service. */
function gathered(parts: readonly (ByService | undefined)[], isStarred: boolean): ReadonlyMap<string, ServiceName> {
  const found = new Map<string, ServiceName>();
  for (const part of parts) {
    for (const [id, names] of part ?? []) {
      const name = found.has(id) ? undefined : nameIn(names, isStarred);
      if (name !== undefined) found.set(id, name);
    }
  }
  return found;
}

function isAnybody(part: ByService | undefined, isStarred: boolean): boolean {
  for (const names of part?.values() ?? []) if (nameIn(names, isStarred) !== undefined) return true;
  return false;
}

function nameIn(names: ServiceName | readonly ServiceName[], isStarred: boolean): ServiceName | undefined {
  return listed(names).find(({ form }) => !isStarred || form === 'image' || form === 'alias');
}
