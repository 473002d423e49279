/** How file descriptors are shared out. */
import { expect, test } from 'vitest';
import {
  shareDescriptors,
  shareUpstreamSockets,
  searchesAheadThatFit,
  searchesThatFit,
} from '../../../../sidecar/decide/configuration/descriptor-budget.ts';

const settings = { maxSearches: 1000, maxTcpConnections: 256 };

test('with room enough the settings decide', () => {
  expect(shareDescriptors(1_048_576, settings)).toEqual({
    clientConnections: 256,
    adminConnections: 32,
    upstreamSockets: 9032,
  });
  expect(shareUpstreamSockets(6032)).toEqual({ searchSockets: 6000, lingeringSockets: 32 });
  expect(searchesThatFit(6000, 3)).toBe(1000);
});

test.each([0, 16, 41, 64, 256, 1024])('a limit of %d leaves something to each', (limit) => {
  const { clientConnections, adminConnections, upstreamSockets } = shareDescriptors(limit, settings);
  expect(clientConnections).toBeGreaterThan(0);
  expect(adminConnections).toBeGreaterThan(0);
  // A and AAAA at three servers: one search must be able to end.
  expect(upstreamSockets).toBeGreaterThanOrEqual(6);
  if (limit > 41) expect(clientConnections + adminConnections + upstreamSockets + 30).toBeLessThanOrEqual(limit);
});

test('where the limit is not known, the usual one is assumed', () => {
  expect(shareDescriptors(undefined, settings)).toEqual(shareDescriptors(1024, settings));
});

test('where sockets are few, fewer stay open for silent servers, or none', () => {
  expect([6, 80, 300].map(shareUpstreamSockets)).toEqual([
    { searchSockets: 6, lingeringSockets: 0 },
    { searchSockets: 70, lingeringSockets: 10 },
    { searchSockets: 268, lingeringSockets: 32 },
  ]);
});

test('a search needs a socket for A and one for AAAA at each server', () => {
  expect([searchesThatFit(60, 1), searchesThatFit(60, 3), searchesThatFit(1, 3)]).toEqual([30, 10, 1]);
});

test.each([
  ['a quarter of the searches', 9000, { servers: 3, maxSearches: 1000, maxSearchAhead: 6 }, 250],
  ['of few searches, rounded down', 9000, { servers: 1, maxSearches: 7, maxSearchAhead: 6 }, 1],
  ['as many as there are sockets for beside those of all', 100, { servers: 1, maxSearches: 40, maxSearchAhead: 6 }, 1],
  ['of which each needs two', 104, { servers: 1, maxSearches: 40, maxSearchAhead: 6 }, 2],
  ['at each server', 100, { servers: 2, maxSearches: 20, maxSearchAhead: 6 }, 1],
  ['none where all are needed', 79, { servers: 1, maxSearches: 40, maxSearchAhead: 6 }, 0],
  ['none where no candidate is asked ahead', 9000, { servers: 1, maxSearches: 1000, maxSearchAhead: 0 }, 0],
])('with how many searches candidates are asked before their turn: %s', (_, upstreamSockets, bounds, searches) => {
  expect(searchesAheadThatFit(upstreamSockets, bounds)).toBe(searches);
});
