/** What events ask for, and how attempts wait. */
import { describe, expect, test } from 'vitest';
import { demandOf } from '../../../../sidecar/discovery/containers/event.ts';
import { retryDelayMs } from '../../../../sidecar/discovery/containers/retry-delay.ts';
import { containerEvent, networkEvent } from '../../../support/docker-json.ts';

describe('an event', () => {
  const of = (action: string) => containerEvent(action, 'c');
  test.each<[string, unknown, string]>([
    ...[
      'start',
      'die',
      'stop',
      'pause',
      'unpause',
      'rename',
      'restart',
      'destroy',
      'remove',
      'kill',
      'new-in-some-release',
    ].map((action): [string, unknown, string] => [action, of(action), 'c']),
    ...[
      ...['exec_create: sh', 'exec_start: sh', 'exec_die', 'attach', 'create', 'top', 'health_status: healthy'],
      ...['archive-path', 'commit', 'copy', 'detach', 'export', 'extract-to-dir', 'resize'],
    ].map((action): [string, unknown, string] => [action, of(action), '']),
    ['connect', networkEvent('connect', 'n', 'c'), 'c'],
    ['disconnect', networkEvent('disconnect', 'n', 'c'), 'c'],
    ['connect, as Podman says it', networkEvent('connect', 'c'), 'c'],
    ['a network comes', networkEvent('create', 'n'), 'networks'],
    ['a network goes', networkEvent('destroy', 'n'), 'networks'],
    ['an image', { Type: 'image', Action: 'pull', Actor: { ID: 'x' } }, ''],
    ['an old one', { status: 'die', id: 'c', Type: 'container' }, 'c'],
    ['an old one that is passed over', { status: 'top', id: 'c', Type: 'container' }, ''],
    ['one without an id', { Type: 'container', Action: 'die' }, ''],
    ['a network of which nobody is named', { Type: 'network', Action: 'connect' }, ''],
    ['no event', 'hello', ''],
    ['nothing', null, ''],
  ])('%s', (_what, event, expected) => {
    const isOfContainer = expected !== '' && expected !== 'networks';
    expect(demandOf(event, { healthRequired: false })).toEqual({
      container: isOfContainer ? expected : undefined,
      networks: expected === 'networks',
    });
  });

  test('of health counts where health is asked for', () => {
    expect(demandOf(of('health_status: unhealthy'), { healthRequired: true }).container).toBe('c');
  });
});

test('attempts wait longer, up to ten seconds, and never end', () => {
  expect([0, 1, 2, 3, 6, 7, 100, 1e6].map(retryDelayMs)).toEqual([100, 200, 400, 800, 6400, 10_000, 10_000, 10_000]);
});
