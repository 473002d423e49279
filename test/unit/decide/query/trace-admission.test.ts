/** Who may have a lookup traced. */
import { expect, test } from 'vitest';
import { admitTrace, type TraceRequest, type TraceState } from '../../../../sidecar/decide/query/trace-admission.ts';

const asked: TraceRequest = {
  ...{ method: 'POST', peer: '127.0.0.1', host: 'localhost:9953', contentType: 'application/json' },
};
const free: TraceState = { isOn: true, isRunning: false };

test.each<[what: string, request: Partial<TraceRequest>, state: Partial<TraceState>, result: 'trace' | number]>([
  ['as it must be', {}, {}, 'trace'],
  ['from elsewhere in 127.0.0.0/8', { peer: '127.9.9.9' }, {}, 'trace'],
  ['over IPv6', { peer: '::1', host: '[::1]:9953' }, {}, 'trace'],
  ['over IPv4 at a listener of both families', { peer: '::ffff:127.0.0.1' }, {}, 'trace'],
  ['an address for the host', { host: '127.0.0.1:9953' }, {}, 'trace'],
  ['no port, and letters of any case', { host: 'LocalHost' }, {}, 'trace'],
  ['blanks around the type', { contentType: ' application/json ' }, {}, 'trace'],
  ['a character set', { contentType: 'Application/JSON; charset=utf-8' }, {}, 'trace'],
  ['another pod', { peer: '10.1.2.3' }, {}, 403],
  ['another pod at a listener of both families', { peer: '::ffff:10.1.2.3' }, {}, 403],
  ['a peer that is gone', { peer: undefined }, {}, 403],
  ['a peer that only looks like loopback', { peer: '::ffff:7f00:1:1' }, {}, 403],
  ['a name of a web page that points here', { host: 'rebound.example:9953' }, {}, 403],
  ['a name that begins like an address', { host: '127.0.0.1.example' }, {}, 403],
  ['a part of an address in brackets at its end', { host: '127.0.0[.1]' }, {}, 403],
  ['or at its beginning', { host: '[127.0.0].1' }, {}, 403],
  ['no host', { host: undefined }, {}, 403],
  ['what a form of a web page sends', { contentType: 'text/plain' }, {}, 415],
  ['what only looks like JSON', { contentType: 'application/json5' }, {}, 415],
  ['no type', { contentType: undefined }, {}, 415],
  ['no POST', { method: 'GET' }, {}, 405],
  ['a second one', {}, { isRunning: true }, 429],
  ['switched off', {}, { isOn: false }, 404],
  ['a stranger does not learn that it is off', { peer: '10.1.2.3' }, { isOn: false }, 403],
  ['nor that one is running', { peer: '10.1.2.3' }, { isRunning: true }, 403],
  ['a web page does not learn that one is running', { host: 'rebound.example' }, { isRunning: true }, 403],
])('%s: %j %j → %s', (_what, request, state, result) => {
  const admission = admitTrace({ ...asked, ...request }, { ...free, ...state });
  expect(admission).toMatchObject(result === 'trace' ? { do: 'trace' } : { do: 'refuse', status: result });
});

test.each<[request: Partial<TraceRequest>, state: Partial<TraceState>, words: RegExp]>([
  [{ peer: '10.1.2.3' }, {}, /this pod alone/],
  [{}, { isOn: false }, /switched off \(setting trace\)/],
  [{ method: 'GET' }, {}, /by POST/],
  [{ host: 'rebound.example' }, {}, /Host of a trace is localhost/],
  [{ contentType: 'text/plain' }, {}, /Content-Type of a trace is application\/json/],
  [{}, { isRunning: true }, /one at a time/],
])('who is refused is told why: %j %j', (request, state, words) => {
  const admission = admitTrace({ ...asked, ...request }, { ...free, ...state });
  expect(admission.do === 'refuse' && admission.message).toMatch(words);
});
