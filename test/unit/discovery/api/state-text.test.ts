/** The state file's text: what is kept comes back, and of a damaged one nothing. */
import { describe, expect, test } from 'vitest';
import { readState, writeState } from '../../../../sidecar/discovery/api/state-text.ts';
import { emptyServices, restore, synchronise } from '../../../../sidecar/discovery/services/services.ts';
import { done, send, withOverride, web } from './requests.ts';

const services = () => send(withOverride(), 'PUT /set/ttl', 30).services;
const written = (): string => writeState(services(), 0);

test('what was made and said by hand comes back', () => {
  const read = readState(written());
  if (!read.ok) throw new Error(read.why);
  const restored = done(restore(emptyServices(), read.kept));
  const { manual, overrides, ttlSeconds } = services();
  expect([restored.manual, restored.overrides, restored.ttlSeconds]).toEqual([manual, overrides, ttlSeconds]);
  expect(restored.discovered.size).toBe(0);
});

test('what was said of a container waits for it, and goes with the first synchronisation if that is gone', () => {
  const read = readState(written());
  if (!read.ok) throw new Error(read.why);
  const restored = done(restore(emptyServices(), read.kept));
  const container = services().discovered.get(web);
  expect(synchronise(restored, container ? [container] : []).overrides.size).toBe(1);
  expect(synchronise(restored, []).overrides.size).toBe(1);
  expect(synchronise(restored, [], { gone: [web] }).overrides.size).toBe(0);
  expect(synchronise(restored, []).manual.size).toBe(1);
});

test('the TTL that the setting has is not kept, so that another setting counts', () => {
  const text = writeState(withOverride(), 0);
  expect(text).not.toContain('"ttlSeconds": 0');
  const read = readState(text);
  expect(read.ok && done(restore(emptyServices(60), read.kept)).ttlSeconds).toBe(60);
});

describe('is damaged', () => {
  const changed = (change: (state: Record<string, unknown>) => void): string => {
    const state = JSON.parse(written()) as Record<string, unknown>;
    change(state);
    return JSON.stringify(state);
  };
  const many = (count: number, aliases: readonly string[]) => {
    const entry = { name: 'a', image: '', addresses: ['10.0.0.1'], aliases, madeMs: 1 };
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, entry]));
  };
  test.each<[string, string, RegExp]>([
    ['an empty file', '', /JSON/],
    ['half a file', written().slice(0, 100), /JSON/],
    ['null', 'null', /version is missing/],
    ['another version', changed((state) => (state['version'] = 2)), /version is 2, and 1 is read/],
    ['no version', changed((state) => delete state['version']), /version is missing/],
    ['an address that is none', written().replace('10.0.0.9', '10.0.0.999'), /cannot stand/],
    ['an id that is none', written().replace('"printer": {', '"a b": {'), /cannot stand/],
    [
      'a list that is text',
      changed((state) => (state['manual'] = { a: { name: 'a', image: '', addresses: 'x' } })),
      /./,
    ],
    [
      'too many services',
      changed((state) => (state['manual'] = many(10_001, []))),
      /^it has more than 10000 services$/,
    ],
    [
      'too many characters',
      changed((state) => (state['manual'] = many(300, Array<string>(64).fill(`${'a.'.repeat(100)}a`)))),
      /^it has more than 3000000 characters of names and addresses$/,
    ],
    ['a start that is text', written().replace('"madeMs": 2000', '"madeMs": "yesterday"'), /^printer lacks/],
    ['a start before all', written().replace('"madeMs": 2000', '"madeMs": -1'), /^printer lacks/],
    ['no name', written().replace('"name": "printer",', ''), /^printer lacks/],
    ['a member that is not known', changed((state) => (state['more'] = 1)), /^the file has a member more/],
    ['one of an entry', written().replace('"madeMs"', '"x": 1, "madeMs"'), /^printer has a member x/],
    ['one of an override', changed((state) => (state['overrides'] = { [web]: { madeMs: 1 } })), /has a member madeMs/],
    ['a list of entries', changed((state) => (state['manual'] = [])), /^manual is no object/],
    ['no overrides at all', changed((state) => (state['overrides'] = null)), /null/],
    ['an override that is text', changed((state) => (state['overrides'] = { [web]: 'x' })), /is no object/],
    ['a TTL that is text', changed((state) => (state['ttlSeconds'] = '1')), /cannot stand/],
    [
      'an override with a wrong TTL',
      changed((state) => (state['overrides'] = { [web]: { ttlSeconds: -5 } })),
      /cannot stand/,
    ],
  ])('%s', (_what, text, why) => {
    const read = readState(text);
    expect(read).toMatchObject({ ok: false, why: expect.stringMatching(why) as string });
  });
});
