/** The tests that mutants are run against. */
import { defineConfig } from 'vitest/config';

/** The table tests of the step functions, of what else is decided and of resolv.conf, and nothing else. */
export default defineConfig({
  define: { ALPINE_RESOLVER_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/unit/{decide,shared/resolv-conf}/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 60_000,
    isolate: false,
  },
});
