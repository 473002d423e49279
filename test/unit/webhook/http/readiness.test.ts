/** When the webhook is ready. */
import { expect, test } from 'vitest';
import { createReadiness } from '../../../../webhook/http/readiness.ts';

function setUp() {
  const state = { draining: false, listening: true, valid: true, missing: undefined as string | undefined, told: 0 };
  const readiness = createReadiness({
    isDraining: () => state.draining,
    isListening: () => state.listening,
    hasValidCertificate: () => state.valid,
    missingAtStart: () => state.missing,
    becameReady() {
      state.told += 1;
    },
  });
  return { state, readiness };
}

test('what is needed at the start must be there once; later it may go', () => {
  const { state, readiness } = setUp();
  state.missing = 'the CA is not published yet';
  expect(readiness()).toBe('the CA is not published yet');
  expect(state.told).toBe(0);
  state.missing = undefined;
  expect(readiness()).toBeUndefined();
  expect(readiness()).toBeUndefined();
  expect(state.told).toBe(1);
  state.missing = 'the CA is not published yet';
  expect(readiness()).toBeUndefined();
});

test('the listener, the certificate and the end of the program count always', () => {
  const { state, readiness } = setUp();
  expect(readiness()).toBeUndefined();
  state.valid = false;
  expect(readiness()).toBe('no valid certificate');
  state.listening = false;
  expect(readiness()).toBe('not listening');
  state.draining = true;
  expect(readiness()).toBe('stopping');
});

test('being ready is not noted before all of it was there', () => {
  const { state, readiness } = setUp();
  state.listening = false;
  expect(readiness()).toBe('not listening');
  state.listening = true;
  state.missing = 'namespaces';
  expect(readiness()).toBe('namespaces');
});
