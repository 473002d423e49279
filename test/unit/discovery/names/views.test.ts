/** In which networks of services a client is, while they come and go. */
import { expect, test } from 'vitest';
import { createViews } from '../../../../sidecar/discovery/names/views.ts';
import { network } from '../../../support/discovery/named-services.ts';

const front = network('front', '10.1.0.5', 'fd00:1::5');
const back = network('back', '10.2.0.5');
const wide = { ...back, name: 'wide', subnets: ['10.0.0.0/8'] };
const silent = { ...network('silent'), subnets: ['10.3.0.0/16'] };
const odd = { ...network('odd', '10.4.0.5'), subnets: ['nonsense'] };

test.each<[client: string, expected: string]>([
  ['10.1.0.9', '10.1.0.0/16 10.0.0.0/8'],
  ['10.2.0.9', '10.2.0.0/16 10.0.0.0/8'],
  ['::ffff:10.2.0.9', '10.2.0.0/16 10.0.0.0/8'],
  ['fd00:1::9', 'fd00:1::/64'],
  ['fd00:1::9%eth0', 'fd00:1::/64'],
  ['10.3.0.9', '10.0.0.0/8'],
  ['192.0.2.1', ''],
  ['nowhere', ''],
])('%s: %s', (client, expected) => {
  const views = createViews();
  views.add([front, back, wide, silent, odd]);
  expect([...views.of(client)].join(' ')).toBe(expected);
});

test('a network is there as long as a service is in it, and clients follow', () => {
  const views = createViews();
  const of = (client: string): string => [...views.of(client)].join(' ');
  views.add([front]);
  views.add([front, back]);
  expect([of('10.1.0.9'), of('10.2.0.9')]).toEqual(['10.1.0.0/16', '10.2.0.0/16']);
  views.remove([front, back]);
  expect([of('10.1.0.9'), of('10.2.0.9')]).toEqual(['10.1.0.0/16', '']);
  views.remove([front]);
  views.remove([front]);
  expect(of('10.1.0.9')).toBe('');
  views.add([front]);
  expect(of('10.1.0.9')).toBe('10.1.0.0/16');
});

test('clients in the same networks have the same view', () => {
  const views = createViews();
  views.add([front, back]);
  expect(views.of('10.1.0.9')).toBe(views.of('10.1.0.10'));
  expect(views.of('10.1.0.9')).not.toBe(views.of('10.2.0.9'));
  expect(views.of('192.0.2.1')).toBe(views.of('192.0.2.2'));
});

test('and another one when the networks are others', () => {
  const views = createViews();
  views.add([front]);
  const before = views.of('10.1.0.9');
  views.add([front]);
  expect(views.of('10.1.0.9')).toBe(before);
  views.add([back]);
  const after = views.of('10.1.0.9');
  expect(after).toEqual(before);
  expect(after).not.toBe(before);
});

test('of clients without number the first are forgotten, and found again', () => {
  const views = createViews();
  views.add([front]);
  const client = (index: number): string => `10.1.${index >> 8}.${index & 255}`;
  for (let index = 0; index < 5000; index++) expect(views.of(client(index)).size).toBe(1);
  expect([...views.of(client(0))]).toEqual(['10.1.0.0/16']);
});
