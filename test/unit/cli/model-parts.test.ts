/** The parts of the models that the divergence list does not reach. */
import { describe, expect, test } from 'vitest';
import { formatAddress, parseServerAddress } from '../../../cli/models/address.ts';
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { receive } from '../../../cli/models/network.ts';
import { composeQuery, encodeName, readName, readQuestion } from '../../../cli/models/message.ts';
import { readMuslConfiguration } from '../../../cli/models/musl-configuration.ts';
import { socketNetwork } from '../../../cli/network/sockets.ts';

describe('addresses', () => {
  test.each([
    ['c0000201', '192.0.2.1'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['000000000000000000000000c0000201', '::192.0.2.1'],
    ['20010db8000100020003000400050000', '2001:db8:1:2:3:4:5:0'],
  ])('%s is written %s', (hex, text) => {
    expect(formatAddress(Buffer.from(hex, 'hex'))).toBe(text);
  });

  test.each([
    ['10.1', '10.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['010.0.0.1', '8.0.0.1'],
    ['3221225985', '192.0.2.1'],
    ['1.2.3.4.5', undefined],
    ['256.1.1.1', undefined],
    ['1.2.3.256', undefined],
    ['10.0.0.1:53', undefined],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['fe80::1%', 'fe80::1'],
    ['name', undefined],
  ])('%s as a nameserver is %s', (text, address) => {
    expect(parseServerAddress(text)).toBe(address);
  });
});

describe('resolv.conf', () => {
  const text =
    'nameserver 192.0.2.1\n nameserver 192.0.2.9\noptions ndots:20 timeout:99 attempts:99 rotate -rotate use-vcx\n';

  test('glibc', () => {
    const { servers, ndots, timeoutSeconds, attempts, flags } = readGlibcConfiguration(text, 'pod', 53);
    expect({ servers, ndots, timeoutSeconds, attempts, flags: [...flags] }).toEqual({
      servers: [{ address: '192.0.2.1', port: 53 }],
      ndots: 15,
      timeoutSeconds: 30,
      attempts: 5,
      flags: ['use-vc'],
    });
  });

  test('musl', () => {
    expect(readMuslConfiguration(`${text}search a.test\nsearch\n`, 53)).toEqual({
      servers: [{ address: '192.0.2.1', port: 53 }],
      search: [],
      ndots: 15,
      timeoutSeconds: 60,
      attempts: 10,
    });
  });

  test('without nameservers both ask 127.0.0.1', () => {
    const servers = [{ address: '127.0.0.1', port: 5353 }];
    expect(readGlibcConfiguration('', 'pod', 5353).servers).toEqual(servers);
    expect(readMuslConfiguration('', 5353).servers).toEqual(servers);
  });

  test.each([
    ['pod.a.test', ['a.test']],
    ['pod', []],
    ['pod.', []],
  ])('glibc searches behind the first dot of host name %s', (hostName, search) => {
    expect(readGlibcConfiguration('', hostName, 53).search).toEqual(search);
  });
});

describe('messages', () => {
  test('a name there and back, with escapes', () => {
    const name = encodeName('a\\.b.c\\001\\@.test.') ?? new Uint8Array();
    expect(Buffer.from(name).toString('latin1')).toBe('\x03a.b\x03c\x01@\x04test\x00');
    expect(readName(name, 0)).toEqual({ text: 'a\\.b.c\\001\\@.test', end: name.length });
  });

  test.each(['a..b', '.a', `${'x'.repeat(64)}.test`, `${'x.'.repeat(127)}yy`])('%s cannot be encoded', (name) => {
    expect(encodeName(name)).toBeUndefined();
  });

  test('a pointer loop ends', () => {
    expect(readName(Uint8Array.from([0xc0, 0]), 0)).toBeUndefined();
    expect(readName(Uint8Array.from([5, 1, 2]), 0)).toBeUndefined();
  });

  test('a query reads as its question', () => {
    const query = composeQuery({
      id: 1,
      name: encodeName('a.test') ?? new Uint8Array(),
      type: 28,
      ednsPayloadBytes: 1200,
    });
    expect(readQuestion(query)).toMatchObject({ name: 'a.test', type: 28 });
    expect(query).toHaveLength(12 + 8 + 4 + 11);
  });
});

describe('sockets', () => {
  const closedPort = { address: '127.0.0.1', port: 1 };
  const query = composeQuery({ id: 1, name: encodeName('a.test') ?? new Uint8Array(), type: 1 });

  test('a connected socket hears of a closed port, another does not', async () => {
    const connected = socketNetwork.openUdp(closedPort);
    connected.send(query, closedPort);
    const heard = await receive(socketNetwork, [connected], socketNetwork.now() + 2000);
    connected.close();
    expect(heard?.event).toEqual({ kind: 'failed', code: 'ECONNREFUSED' });
    const plain = socketNetwork.openUdp();
    plain.send(query, closedPort);
    const silence = await receive(socketNetwork, [plain], socketNetwork.now() + 50);
    plain.close();
    expect(silence).toBeUndefined();
  });

  test('a refused connection', async () => {
    const tcp = socketNetwork.openTcp(closedPort);
    tcp.send(query);
    const heard = await receive(socketNetwork, [tcp], socketNetwork.now() + 2000);
    tcp.close();
    expect(heard?.event).toEqual({ kind: 'failed', code: 'ECONNREFUSED' });
  });
});
