/** A search that has ended tells each lookup that waits for it, and keeps none of them. */
import { expect, test } from 'vitest';
import { createBudget } from '../../../sidecar/cache/budget.ts';
import { createLearnedShapes } from '../../../sidecar/cache/learned-shapes.ts';
import { createReplyCache } from '../../../sidecar/cache/reply-cache.ts';
import { searchConfiguration } from '../../../sidecar/decide/configuration/search-configuration.ts';
import { startAlone } from '../../../sidecar/decide/lookup/pairing.ts';
import { newLookup } from '../../../sidecar/lookups/lookup.ts';
import type { Lookup, QueryContext } from '../../../sidecar/lookups/lookup.ts';
import { createLookupSearches } from '../../../sidecar/lookups/lookup-searches.ts';
import type { LookupSearches } from '../../../sidecar/lookups/lookup-searches.ts';
import { createLingeringSockets } from '../../../sidecar/search/lingering-sockets.ts';
import { snapshots } from '../../support/simulation/configurations.ts';
import { createSimulatedTime } from '../../support/simulation/simulated-time.ts';
import { wire } from '../../support/wire/messages.ts';

/** With a nameserver that refuses everything. */
function start(told: (lookup: Lookup, searches: LookupSearches) => void, faults = 0) {
  const { now: simulated, setTimer, runAll } = createSimulatedTime();
  let faultsLeft = faults;
  const now = (): number => {
    if (faultsLeft-- > 0) throw new Error('a fault of ours');
    return simulated();
  };
  const searches: LookupSearches = createLookupSearches(
    {
      ...{ now, setTimer, randomId: () => 7, hashSeed: 0, nextRotation: () => 0, isLooping: () => false, hold() {} },
      afterRead: (run) => void setTimer(0, run),
      upstream: {
        openUdp: (_server, events) => ({
          send: () => void setTimer(1, () => events.failed('ECONNREFUSED')),
          close() {},
        }),
        openTcp: () => ({ send() {}, close() {} }),
      },
      replyCache: createReplyCache(createBudget(0)),
      silentServers: { configure() {}, isSilent: () => false, happened() {}, watch() {}, unwatch() {} },
      lingering: createLingeringSockets(setTimer),
      leftovers: createLingeringSockets(setTimer),
      observe: { query() {}, reply() {}, ignored() {}, recalled() {}, askedAhead() {}, candidate() {} },
      shapes: createLearnedShapes(simulated()),
      record: () => undefined,
    },
    {
      early() {},
      gaveUp() {},
      searchEnded() {},
      ended: (lookup) => told(lookup, searches),
    },
  );
  return { searches, runAll };
}

function lookupOf(): Lookup {
  const { marker: snapshot } = snapshots;
  if (snapshot === undefined) throw new Error('no such configuration');
  const context = {
    ...{ snapshot, configuration: searchConfiguration(snapshot.resolvConf, 53), type: 16, whole: false, flags: 0 },
    request: { name: wire('foo.test'), dots: 1, absolute: true },
    query: { view: {} },
  } as unknown as QueryContext;
  return newLookup(context, startAlone(0).state, 0);
}

test.each([
  ['that stay to its end', false],
  ['that leave it when they are told', true],
])('lookups %s', (_, leaves) => {
  const told: Lookup[] = [];
  const { searches, runAll } = start((lookup, { leave }) => {
    told.push(lookup);
    if (leaves) leave(lookup);
  });
  const lookups = [lookupOf(), lookupOf(), lookupOf()];
  for (const lookup of lookups) searches.search(lookup);
  const [search] = lookups.map((lookup) => lookup.search);
  expect([searches.size, search?.waiters.length]).toEqual([1, 3]);
  runAll(100);
  expect(told.map((lookup) => lookups.indexOf(lookup))).toEqual([0, 1, 2]);
  expect([searches.size, search?.waiters.length]).toEqual([0, 0]);
});

test('one that cannot begin is not under way', () => {
  const { searches } = start(() => {}, 1);
  expect(() => searches.refresh(lookupOf().context, () => {})).toThrow('a fault of ours');
  expect(searches.size).toBe(0);
});
