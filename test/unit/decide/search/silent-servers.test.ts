/** When a server is silent, and when it answers again. */
import { describe, expect, test } from 'vitest';
import { serverKey, serverName, stepServer, unknownServer } from '../../../../sidecar/decide/search/silent-servers.ts';
import type { ServerEvent } from '../../../../sidecar/decide/search/silent-servers.ts';

/** `time event → what it is then`: `5000 1 unanswered since 0 → silent`; `reply` is acceptable, `noise` is not. */
function play(lines: readonly string[]): string[] {
  const record = unknownServer();
  return lines.map((line) => {
    const [told = ''] = line.split(' →');
    const [time = '', ...words] = told.split(' ');
    const action = stepServer(record, eventOf(words), Number(time));
    const change = action?.do === 'answers' ? `answers after ${action.silentMs}` : (action?.do ?? '');
    return `${told} → ${change}`.trim();
  });
}

function eventOf([first = '', , , since]: readonly string[]): ServerEvent {
  if (first === 'reply' || first === 'noise') return { type: 'heard', acceptable: first === 'reply' };
  return { type: 'unanswered', questions: Number(first), sentAt: Number(since) };
}

describe('a server', () => {
  test.each<[string, readonly string[]]>([
    ['is silent after one timeout with two questions open', ['5000 2 unanswered since 0 → silent']],
    ['is not after one with one: a packet may be lost', ['5000 1 unanswered since 0 →']],
    ['is after two with one each', ['5000 1 unanswered since 0 →', '9000 1 unanswered since 4000 → silent']],
    ['is after two, however far apart', ['5000 1 unanswered since 0 →', '9005000 1 unanswered since 9000000 → silent']],
    [
      'is not where a reply came between the two',
      ['5000 1 unanswered since 0 →', '6000 reply →', '12000 1 unanswered since 7000 →'],
    ],
    [
      'is where nothing acceptable came between the two',
      ['5000 1 unanswered since 0 →', '6000 noise →', '12000 1 unanswered since 7000 → silent'],
    ],
    ['is not where another lookup heard of it in that time', ['10 reply →', '5000 2 unanswered since 0 →']],
    ['is not where anything at all came in that time', ['10 noise →', '5000 2 unanswered since 0 →']],
    ['also in its first millisecond', ['20 noise →', '5020 2 unanswered since 20 →']],
    ['is where it was heard of before that time', ['10 reply →', '5020 2 unanswered since 20 → silent']],
    ['is where it was sent the next question on its reply', ['20 reply →', '5020 2 unanswered since 20 → silent']],
    [
      'is not where its reply came behind something else, which came in that time',
      ['20 noise →', '20 reply →', '5020 2 unanswered since 20 →'],
    ],
    [
      'is not by what was sent before it was heard of, also behind a lost packet',
      ['10 noise →', '5011 1 unanswered since 11 →', '5012 2 unanswered since 9 →'],
    ],
    [
      'becomes silent once',
      ['5000 2 unanswered since 0 → silent', '5001 2 unanswered since 1 →', '9000 1 unanswered since 4000 →'],
    ],
    [
      'answers again with the first acceptable reply',
      ['5000 2 unanswered since 0 → silent', '7000 reply → answers after 2000', '8000 reply →'],
    ],
    [
      'does not with anything else',
      ['5000 2 unanswered since 0 → silent', '7000 noise →', '8000 reply → answers after 3000'],
    ],
    [
      'that answers again has a clean record',
      ['5000 2 unanswered since 0 → silent', '7000 reply → answers after 2000', '13000 1 unanswered since 8000 →'],
    ],
    [
      'that answers again may become silent again',
      [
        '5000 2 unanswered since 0 → silent',
        '7000 reply → answers after 2000',
        '13000 2 unanswered since 8000 → silent',
      ],
    ],
  ])('%s', (_, lines) => {
    expect(play(lines)).toEqual(lines);
  });

  test('is known by address, scope and port', () => {
    const link = { family: 6, address: 'fe80::1', scope: 'eth0' } as const;
    const servers = [link, { ...link, scope: 'eth1' }, { family: 4, address: '10.0.0.1' } as const];
    expect(servers.map((server) => serverKey(server, 53))).toEqual([
      '[fe80::1%eth0]:53',
      '[fe80::1%eth1]:53',
      '10.0.0.1:53',
    ]);
    expect(serverKey(link, 5353)).not.toBe(serverKey(link, 53));
    expect(serverKey({ ...link, port: 54 }, 53)).toBe('[fe80::1%eth0]:54');
  });

  test('has its address for a name, and a port of its own', () => {
    expect(serverName({ family: 4, address: '10.0.0.1' })).toBe('10.0.0.1');
    expect(serverName({ family: 6, address: '::1', port: 54 })).toBe('[::1]:54');
  });
});
