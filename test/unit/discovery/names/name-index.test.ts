/** The tree of names by itself: what a question finds, how deep, and that nothing is left of a name that is gone. */
import { describe, expect, test } from 'vitest';
import type { NameForm } from '../../../../shared/settings/discovery-settings.ts';
import { labelsOfText } from '../../../../sidecar/discovery/names/labels.ts';
import {
  createNameIndex,
  maxKept,
  worthKeeping,
  type NameIndex,
} from '../../../../sidecar/discovery/names/name-index.ts';
import type { ServiceName } from '../../../../sidecar/discovery/names/service-names.ts';

/** `image:web.nginx.docker`, or an alias without a form. */
function nameOf(written: string): ServiceName {
  const [text, form = 'alias'] = written.split(':').toReversed() as [string, NameForm?];
  return { form, text, labels: labelsOfText(text) ?? [] };
}

/** Ids with their names, each time in place of what was there: `a=x.docker,y.docker`, `a=`. */
function indexOf(...steps: string[]): NameIndex {
  const index = createNameIndex(1);
  for (const step of steps) {
    const [id = '', names = ''] = step.split('=');
    index.set(id, names === '' ? [] : names.split(',').map(nameOf));
  }
  return index;
}

/** `a by x.docker, b by y.docker`, and where nobody is found, whether something is below. */
function found(index: NameIndex, question: string): string {
  const match = index.find(labelsOfText(question) ?? []);
  const ids = [...match.found].map(([id, { text }]) => `${id} by ${text}`).join(', ');
  if (ids === '') return match.exists ? 'something below' : 'nothing';
  return match.depth === question.split('.').length ? ids : `${ids}, ${match.depth} deep`;
}

describe('a question', () => {
  const index = () =>
    indexOf(
      'a=web.docker,image:web.nginx.docker',
      'b=db.docker,image:db.nginx.docker',
      'c=x.web.docker,q.r.web.docker,deep.in.docker',
    );
  test.each([
    ['web.docker', 'a by web.docker'],
    ['nginx.docker', 'a by web.nginx.docker, b by db.nginx.docker'],
    ['docker', 'a by web.nginx.docker, b by db.nginx.docker'],
    ['in.docker', 'something below'],
    ['x.web.docker', 'c by x.web.docker'],
    ['y.web.docker', 'a by web.docker, 2 deep'],
    ['z.y.web.docker', 'a by web.docker, 2 deep'],
    ['y.x.web.docker', 'c by x.web.docker, 3 deep'],
    // What a name goes through on its way is no name.
    ['r.web.docker', 'a by web.docker, 2 deep'],
    ['y.r.web.docker', 'a by web.docker, 2 deep'],
    ['*.web.docker', 'c by x.web.docker'],
    ['*.docker', 'a by web.docker, b by db.nginx.docker'],
    ['y.in.docker', 'nothing'],
    ['nobody.docker', 'nothing'],
    ['other', 'nothing'],
  ])('%s: %s', (question, expected) => expect(found(index(), question)).toBe(expected));

  test('for the root finds nothing, and nothing is said to be below it', () => {
    expect(index().find([])).toMatchObject({ found: new Map(), exists: false });
  });
});

test('a name of an image that begins above the domain leaves nothing of itself', () => {
  const index = createNameIndex(2);
  index.set('a', [nameOf('image:web.dev.docker')]);
  index.set('b', [nameOf('image:db.dev.docker')]);
  index.set('a', []);
  expect(found(index, 'dev.docker')).toBe('b by db.dev.docker');
});

describe('what is left', () => {
  test.each<[steps: string[], question: string, expected: string]>([
    // Of one that stays, under another name: the name that it shared is the other's alone.
    [['a=x.docker', 'b=x.docker', 'a=y.docker'], 'x.docker', 'b by x.docker'],
    [['a=x.docker', 'b=x.docker', 'a='], 'x.docker', 'b by x.docker'],
    [['a=x.docker', 'b=y.x.docker', 'a=z.docker'], 'x.docker', 'something below'],
    [['a=image:w.x.docker', 'b=image:v.x.docker', 'a=image:w.z.docker'], 'x.docker', 'b by v.x.docker'],
    [['a=image:w.x.docker', 'b=image:v.x.docker', 'a='], 'docker', 'b by v.x.docker'],
    [['a=image:w.x.docker', 'b=v.x.docker', 'a='], 'x.docker', 'something below'],
    // Two names of one that share a node: one of them goes.
    [['a=image:w.x.docker,image:v.x.docker', 'a=image:v.x.docker'], 'x.docker', 'a by v.x.docker'],
    [['a=x.docker,image:x.docker', 'a=x.docker'], 'docker', 'something below'],
    [['a=x.docker,image:x.docker', 'a=image:x.docker'], 'docker', 'a by x.docker'],
    [['a=x.docker', 'a='], 'docker', 'nothing'],
    [['a=x.docker', 'a=', 'a='], 'x.docker', 'nothing'],
    [['a=x.docker', 'a=', 'b=x.docker', 'a='], 'x.docker', 'b by x.docker'],
    [['a=x.docker', 'b=x.docker', 'b='], 'x.docker', 'a by x.docker'],
    [['a=x.docker', 'b=image:y.x.docker', 'a='], 'x.docker', 'b by y.x.docker'],
    [['a=image:x.docker', 'b=image:y.x.docker', 'a='], 'y.x.docker', 'b by y.x.docker'],
  ])('after %j of %s: %s', (steps, question, expected) => {
    expect(found(indexOf(...steps), question)).toBe(expected);
  });
});

describe('of several names', () => {
  test.each<[steps: string[], question: string, expected: string]>([
    // Of one service the first counts, and the others are names of it all the same.
    [['a=image:v.x.docker,image:w.x.docker'], 'x.docker', 'a by v.x.docker'],
    [['a=container:x.docker,image:x.docker'], 'y.x.docker', 'a by x.docker, 2 deep'],
    [['a=container:x.docker,x.docker'], '*.docker', 'a by x.docker'],
    // A star is a label of images and aliases alone, and something must be there.
    [['a=hostname:x.docker'], '*.docker', 'something below'],
    [['a=x.docker', 'b=q.r.docker'], 'y.*.docker', 'a by x.docker, 2 deep'],
    [['a=com'], '*.com', 'nothing'],
    [['a=com'], 'x.com', 'nothing'],
  ])('after %j of %s: %s', (steps, question, expected) => {
    expect(found(indexOf(...steps), question)).toBe(expected);
  });

  test('what was found is there, and what is only below it is not', () => {
    const index = indexOf('a=x.docker');
    const exists = (question: string): boolean => index.find(labelsOfText(question) ?? []).exists;
    expect([exists('x.docker'), exists('y.x.docker')]).toEqual([true, false]);
  });
});

describe('what is found is kept', () => {
  /** So many services have each of so many names; `few.docker` is the name of eight. */
  function filled(services: number, names: number): NameIndex {
    const index = indexOf(...Array.from({ length: worthKeeping }, (_, id) => `few${id}=few.docker`));
    const all = Array.from({ length: names }, (_, name) => nameOf(`n${name}.docker`));
    for (let id = 0; id < services; id++) index.set(`s${id}`, all);
    for (let name = 0; name < names; name++) index.find(['docker', `n${name}`]);
    return index;
  }
  const isKept = (index: NameIndex, question: string): boolean => {
    const labels = labelsOfText(question) ?? [];
    return index.find(labels) === index.find(labels);
  };
  const many = (count: number, write: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => write(index));

  test.each<[what: string, steps: string[], question: string, expected: boolean]>([
    ['of as many services as that is worth it for', many(8, (id) => `s${id}=x.docker`), 'x.docker', true],
    ['not of fewer', many(7, (id) => `s${id}=x.docker`), 'x.docker', false],
    ['of so many of an image', many(8, (id) => `s${id}=image:a${id}.x.docker`), 'x.docker', true],
    ['of fewer in as many places', [...many(7, (id) => `s${id}=q.r${id}.docker`), 'a=x.docker'], '*.docker', true],
    ['not of fewer places', [...many(6, (id) => `s${id}=q.r${id}.docker`), 'a=x.docker'], '*.docker', false],
  ])('%s', (_what, steps, question, expected) => expect(isKept(indexOf(...steps), question)).toBe(expected));

  // Each name costs its services and one more.
  const services = maxKept / 16 - 1;

  test('until there is too much of it: then all is found anew', () => {
    const index = filled(services, 16);
    const first = index.find(['docker', 'n0']);
    expect(index.find(['docker', 'n0'])).toBe(first);
    index.find(['docker', 'few']);
    expect(index.find(['docker', 'n0'])).not.toBe(first);
    expect(isKept(index, 'n0.docker')).toBe(true);
  });

  test.each<[what: string, left: number, places: number, times: number, isThere: boolean]>([
    ['a star in many places costs these, too', 16, 8, 1, false],
    ['and once, however often it is asked for', 17, 8, 9, true],
    ['and nothing in few places', 0, 7, 9, true],
  ])('%s', (_what, left, places, times, isThere) => {
    const index = indexOf(...many(places, (id) => `p${id}=a${id}.deep`));
    const all = Array.from({ length: maxKept - left - 1 }, (_, id) => `s${id}`);
    const shared = nameOf('x.docker');
    for (const id of all) index.set(id, [shared]);
    const first = index.find(['docker', 'x']);
    for (let time = 0; time < times; time++) index.find(['deep', '*']);
    expect(index.find(['docker', 'x']) === first).toBe(isThere);
  });
});

test('what many have is found once for all questions that find it, until something changes', () => {
  const names = Array.from({ length: 9 }, (_, index) => `n${index}`);
  const index = indexOf(...names.map((id) => `${id}=shared.docker,image:${id}.x.docker`));
  const find = (question: string) => index.find(labelsOfText(question) ?? []);
  const size = (question: string): number => find(question).found.size;
  for (const [question, again] of [
    ['shared.docker', 'SHARED.docker'],
    ['x.docker', 'x.docker'],
    ['*.x.docker', '*.x.docker'],
    ['a.shared.docker', 'b.shared.docker'],
    ['a.*.x.docker', 'b.c.*.x.docker'],
  ] as const) {
    expect(size(question)).toBe(9);
    expect(find(again)).toBe(find(question));
  }
  expect(find('a.shared.docker')).not.toBe(find('shared.docker'));
  expect(find('n1.x.docker')).not.toBe(find('n1.x.docker'));
  index.set('n0', []);
  expect(['shared.docker', 'x.docker', '*.x.docker', 'a.shared.docker', 'a.*.x.docker'].map(size)).toEqual([
    8, 8, 8, 8, 8,
  ]);
  index.set('other', [nameOf('image:a.n1.x.docker')]);
  expect(find('a.*.x.docker').found.size).toBe(1);
});

test('above the domain a name of an image is not found', () => {
  const index = createNameIndex(2);
  index.set('a', [nameOf('image:web.dev.docker')]);
  expect(['docker', 'dev.docker', 'web.dev.docker'].map((question) => found(index, question))).toEqual([
    'something below',
    'a by web.dev.docker',
    'a by web.dev.docker',
  ]);
});
