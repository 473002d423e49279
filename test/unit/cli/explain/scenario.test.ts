/** Files that say what nameservers answer, as `explain` reads them. */
import { describe, expect, test } from 'vitest';
import { readScenario, scriptFor } from '../../../../cli/simulation/scenario.ts';

const ofEvery = (text: string) => readScenario(text, 'zone.yaml').everyServer;

describe('replies', () => {
  test.each([
    ['a: 192.0.2.1', { a: { is: 'DATA', addresses: ['192.0.2.1'] } }],
    ['A.Example.: NXDOMAIN', { 'a.example': 'NX' }],
    ['a aaaa: silent', { 'a AAAA': 'LOST' }],
    [
      '"*.a": [192.0.2.1, "2001:db8::1"]',
      Object.fromEntries(
        ['A', 'AAAA'].map((type) => [`*.a ${type}`, { is: 'DATA', addresses: ['192.0.2.1', '2001:db8::1'] }]),
      ),
    ],
    ['a: FORMERR', { a: { is: 'ODD', rcode: 1 } }],
    ['a: {reply: SERVFAIL, delay: 2s}', { a: { is: 'SF', delayMs: 2000 } }],
    ['a: {alias: b.}', { a: { is: 'ALIAS', chain: ['b'] } }],
    [
      'a: {alias: [b, c], addresses: 192.0.2.1, delay: 30ms}',
      { a: { is: 'DATA', chain: ['b', 'c'], addresses: ['192.0.2.1'], delayMs: 30 } },
    ],
    [
      'a: {addresses: 192.0.2.1, truncated: true, tcp: reset}',
      { a: { is: 'DATA', addresses: ['192.0.2.1'], truncated: true, tcp: 'RESET' } },
    ],
    [
      'a: {addresses: 192.0.2.1, truncated: true, tcp: REFUSED}',
      { a: { is: 'DATA', addresses: ['192.0.2.1'], truncated: true, tcp: 'RF' } },
    ],
    ['a: {sequence: [silent, 192.0.2.1]}', { a: ['LOST', { is: 'DATA', addresses: ['192.0.2.1'] }] }],
    ['a: {delay: 5}', { a: { is: 'EMPTY', delayMs: 5 } }],
  ])('%s', (text, names) => {
    expect(ofEvery(`names:\n  ${text}\n`)).toStrictEqual({ names });
  });
});

describe('nameservers', () => {
  const scenario = readScenario(
    'otherwise: NODATA\nudp: open\nservers:\n  192.0.2.1: silent\n  192.0.2.2: closed\n  192.0.2.3: {tcp: stall}\n',
    'zone.yaml',
  );

  test('have their own part, or that of all', () => {
    expect(scriptFor(scenario, ['192.0.2.1', '192.0.2.4']).servers).toStrictEqual({
      '192.0.2.1': { otherwise: 'LOST', tcp: 'stall' },
      '192.0.2.2': { udp: 'closed', tcp: 'refused' },
      '192.0.2.3': { names: {}, tcp: 'stall' },
      '192.0.2.4': { names: {}, udp: 'open', otherwise: 'EMPTY' },
    });
  });

  test('without a part for all, one that has none is not there', () => {
    const own = readScenario('servers: {192.0.2.1: silent}\n', 'zone.yaml');
    expect(Object.keys(scriptFor(own, ['192.0.2.9']).servers)).toStrictEqual(['192.0.2.1']);
  });
});

describe('a fault has its place', () => {
  test.each([
    ['names: [', 'zone.yaml:1:9: '],
    ['- a\n', 'zone.yaml:1:1: a scenario is an object of description, resolvConf'],
    ['description: x\n', 'zone.yaml:1:1: a scenario has names'],
    ['names:\n  a: NXDOMAN\n', 'zone.yaml:2:3: this is no reply: did you mean NXDOMAIN?'],
    ['names:\n  a: 3\n', 'zone.yaml:2:3: this is no reply: an address, a list of addresses, one of NXDOMAIN'],
    ['names:\n  a: [b]\n', 'zone.yaml:2:3: "b" is no IP address'],
    ['names:\n  a: {dely: 3s}\n', 'zone.yaml:2:7: dely is not known here'],
    ['names:\n  a: {delay: long}\n', 'zone.yaml:2:7: delay is a time such as 300ms or 2s'],
    ['names:\n  a: {alias: 3}\n', 'zone.yaml:2:7: alias is a name'],
    ['names:\n  a: {truncated: 3}\n', 'zone.yaml:2:7: truncated is true or false'],
    ['names:\n  a: {sequence: []}\n', 'zone.yaml:2:7: sequence is a list of replies'],
    ['names:\n  a: {tcp: {sequence: [NXDOMAIN]}}\n', 'zone.yaml:2:7: tcp takes one reply'],
    ['nams: {}\n', 'zone.yaml:1:1: nams is not known here, did you mean names?'],
    ['names: {}\nudp: gone\n', 'zone.yaml:2:1: udp is one of open, closed'],
    ['names: {}\notherwise: {sequence: [NXDOMAIN]}\n', 'zone.yaml:2:1: otherwise takes one reply'],
    ['names: {}\nhostName: 3\n', 'zone.yaml:2:1: hostName is a text'],
    ['servers: {dns: silent}\n', 'zone.yaml:1:11: dns is no IP address of a nameserver'],
    ['servers: {192.0.2.1: 3}\n', 'zone.yaml:1:11: 192.0.2.1 is an object of udp, tcp, names, otherwise'],
  ])('%j', (text, message) => {
    expect(() => readScenario(text, 'zone.yaml')).toThrow(message);
  });
});
