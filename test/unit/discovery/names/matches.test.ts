/** Which services a lookup shows as those that its question is about. */
import { expect, test } from 'vitest';
import { matchesOf } from '../../../../sidecar/discovery/names/matches.ts';
import { recordTypes } from '../../../../sidecar/wire/iana.ts';
import { directoryOf, network, service, servicesOf } from '../../../support/discovery/named-services.ts';

const directory = directoryOf(
  servicesOf(
    service('web', { image: 'nginx', aliases: ['shop.test'], networks: [network('front', '10.1.0.2', 'fd00::2')] }),
    service('db', { image: 'nginx', networks: [network('front', '10.1.0.3')] }),
  ),
);

const both = 'web web.nginx.docker image, db db.nginx.docker image';

test.each<[name: string, type: keyof typeof recordTypes, expected: string]>([
  ['web.docker', 'A', 'web web.docker container'],
  ['Any.WEB.docker.', 'AAAA', 'web web.docker container'],
  ['shop.test', 'A', 'web shop.test alias'],
  ['nginx.docker', 'A', both],
  ['_http._tcp.nginx.docker', 'SRV', both],
  ['_http._tcp.nginx.docker', 'A', ''],
  ['_http._tcp.web.docker', 'SRV', 'web web.docker container'],
  ['nginx.docker', 'SRV', both],
  ['2.0.1.10.in-addr.arpa', 'PTR', 'web 10.1.0.2 address'],
  [`2.${'0.'.repeat(29)}d.f.ip6.arpa`, 'PTR', 'web fd00::2 address'],
  ['9.0.1.10.in-addr.arpa', 'PTR', ''],
  ['other.docker', 'A', ''],
  ['a..b', 'A', ''],
])('%s %s: %s', (name, type, expected) => {
  const found = matchesOf(directory, name, recordTypes[type]);
  expect(found.map(({ Id, Name, From }) => `${Id} ${Name} ${From}`).join(', ')).toBe(expected);
});
