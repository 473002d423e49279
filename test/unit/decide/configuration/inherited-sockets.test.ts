/** Sockets that systemd passes on. */
import { describe, expect, test } from 'vitest';
import {
  inheritedSockets,
  isForDns,
  kindOfSocket,
} from '../../../../sidecar/decide/configuration/inherited-sockets.ts';

describe('the variables', () => {
  const read = (pid: string | undefined, count: string | undefined, names?: string) =>
    inheritedSockets({ LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names }, 42).map(
      ({ descriptor, name }) => `${descriptor} ${name}`,
    );

  test.each<[string | undefined, string | undefined, string | undefined, string[]]>([
    ['42', '2', 'dns:api', ['3 dns', '4 api']],
    ['42', '2', undefined, ['3 ', '4 ']],
    ['42', '2', 'dns', ['3 dns', '4 ']],
    ['42', '0', '', []],
    ['43', '2', 'dns:dns', []],
    ['42', undefined, undefined, []],
    [undefined, '1', undefined, []],
    ['42', 'many', undefined, []],
    ['42', '-1', undefined, []],
    ['42', '1e1', undefined, []],
  ])('%o %o %o: %o', (pid, count, names, sockets) => {
    expect(read(pid, count, names)).toEqual(sockets);
  });

  test('have a bound', () => {
    expect(read('42', '999')).toHaveLength(64);
  });
});

test.each([
  ['dns', true],
  ['', true],
  ['unknown', true],
  ['alpine-resolver.socket', true],
  ['api', false],
  ['dnsx', false],
])('%o is for DNS: %s', (name, expected) => {
  expect(isForDns({ descriptor: 3, name })).toBe(expected);
});

describe("the kernel's tables", () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref';
  const line = (inode: number): string =>
    `  12: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 00000000 0`;
  const tables = [
    { transport: 'udp', family: 4, text: `${head}\n${line(100)}\n${line(101)}\n` },
    { transport: 'tcp', family: 6, text: `${head}\n${line(200)}\n` },
    { transport: 'tcp', family: 4, text: '' },
  ] as const;

  test.each([
    ['100', { transport: 'udp', family: 4 }],
    ['101', { transport: 'udp', family: 4 }],
    ['200', { transport: 'tcp', family: 6 }],
    ['20', undefined],
    ['2', undefined],
    ['', undefined],
  ])('%o: %o', (inode, kind) => {
    expect(kindOfSocket(inode, tables)).toEqual(kind);
  });
});
