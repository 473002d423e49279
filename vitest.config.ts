/** The projects of tests, and what each takes. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Where the build puts the version in, tests have a fixed one.
  define: { ALPINE_RESOLVER_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{test/{unit,golden,mutations,support},bench}/**/*.test.ts'],
          pool: 'threads',
          // One module graph per worker: six times as fast as a fresh one per file. Tests share no mutable module state.
          isolate: false,
          // Left to itself, vitest leaves one core out: of two, half.
          maxWorkers: '100%',
          testTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          // Whole pipelines in simulated time, replays of recorded worlds, random cases: seconds each, where units take milliseconds.
          name: 'replays',
          include: ['test/{scenarios,property,small-world}/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{system,crowd}/**/*.test.ts'],
          pool: 'forks',
          // The tests start programs of their own: more workers would only make them wait for each other.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          pool: 'forks',
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'footprint',
          include: ['test/footprint/**/*.test.ts'],
          pool: 'forks',
          // What it takes is measured: nothing of ours runs beside it.
          maxWorkers: 1,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'weak-spots',
          include: ['test/weak-spots/**/*.test.ts'],
          pool: 'forks',
          // Each test is a load of its own, and measures what becomes of it.
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
