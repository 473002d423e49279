/** The actions of one step after the other, in one list. */
import { expect, test } from 'vitest';
import { ActionList } from '../../../sidecar/search/action-list.ts';

test('holds those of the last step alone', () => {
  const actions = new ActionList<string>();
  actions.push('open');
  actions.push('send');
  expect([actions.length, actions.at(0), actions.at(1), actions.at(2)]).toEqual([2, 'open', 'send', undefined]);
  actions.clear();
  expect([actions.length, actions.at(0)]).toEqual([0, undefined]);
  actions.push('end');
  expect([actions.length, actions.at(0), actions.at(1)]).toEqual([1, 'end', undefined]);
});
