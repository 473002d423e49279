/** Where Docker's API is, as texts. */
import { expect, test } from 'vitest';
import { dockerEndpoint } from '../../../../shared/settings/docker-endpoint-kind.ts';

test.each<[string, string | undefined]>([
  ['unix:///var/run/docker.sock', 'unix:///var/run/docker.sock'],
  ['/run/user/1000/podman/podman.sock', 'unix:///run/user/1000/podman/podman.sock'],
  ['tcp://docker.example:2376', 'tcp://docker.example:2376'],
  ['tcp://192.0.2.1', 'tcp://192.0.2.1:2375'],
  ['tcp://[2001:DB8::1]:2376', 'tcp://[2001:db8::1]:2376'],
  ['http://docker.example:2376/', 'tcp://docker.example:2376'],
  ['https://docker.example:2376/', undefined],
  ['unix://', undefined],
  ['unix://docker.sock', undefined],
  ['tcp://', undefined],
  ['tcp://[192.0.2.1]:1', undefined],
  ['tcp://host:0', undefined],
  ['tcp://host:65536', undefined],
  ['ssh://host', undefined],
  ['npipe:////./pipe/docker_engine', undefined],
])('%s', (text, expected) => {
  const kind = dockerEndpoint();
  const parsed = kind.parse(text);
  expect(parsed.ok ? kind.format(parsed.value) : undefined).toBe(expected);
});

test.each(['https://docker.example:2376', 'HTTPS://192.0.2.1'])(
  '%s would be asked in plain text: what speaks TLS is said',
  (text) => {
    expect(dockerEndpoint().parse(text)).toEqual({
      ok: false,
      accepted: 'unix:///path/of/docker.sock, tcp://host:port, or the path of a socket',
      fault: 'TLS is spoken to tcp://host:port, where DOCKER_TLS_VERIFY and DOCKER_CERT_PATH are set',
    });
  },
);
