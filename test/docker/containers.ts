/** Real containers that look each other up, while others come, go, are renamed and change networks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, described } from '../support/wire/ask.ts';
import { listed, type Checks } from './checks.ts';
import { startClients, type DockerClient } from './clients.ts';
import { churn, mayAsk } from './churn.ts';
import { startHostSidecar, type HostSidecar } from './host-sidecar.ts';
import { start, type Podman } from './podman.ts';
import { createSocketProxy, proxyAddress, statusThroughProxy, type SocketProxy } from './proxy.ts';
import { createTruth, seenFrom, type Truth } from './truth.ts';
import { startUpstream, upstreamAddress } from './upstream.ts';
import type { WorldOptions } from './world.ts';

export async function proveContainers(podman: Podman, options: WorldOptions, checks: Checks): Promise<void> {
  const proxy = await createSocketProxy();
  await proxy.start();
  const upstream = await startUpstream();
  const clients = await startClients(podman, options);
  const sidecar = await startHostSidecar({
    RESOLVER_DOCKER: `tcp://${proxyAddress.host}:${proxyAddress.port}`,
    RESOLVER_LISTEN: ':53',
    RESOLVER_NAMESERVERS: upstreamAddress,
    RESOLVER_SEARCHES: 'corp.test,docker,later.test',
    RESOLVER_NAME_TEMPLATE: '{container}.{image}.template.test',
    RESOLVER_NAMES: 'image,container,compose,network-alias,hostname,template,alias,bare',
  });
  try {
    await proveForms({ podman, clients, checks });
    const truth = createTruth(podman);
    await proveChurn({ podman, clients, checks, truth, options });
    await proveGap({ podman, clients, checks, truth, proxy, sidecar });
    checks.hold('the proxy has refused nothing', listed(proxy.refused));
    await proveProxy(podman, checks);
  } finally {
    for (const client of clients) client.close();
    checks.hold('the sidecar ends with 0', String(await sidecar.stop()) === '0' ? undefined : 'another code');
    upstream.close();
    await proxy.stop();
  }
}

/** What may speak to the socket could make itself root: nothing passes that the sidecar has no use for. */
async function proveProxy(podman: Podman, checks: Checks): Promise<void> {
  const [{ Id: id = '' } = {}] = (await podman.call('GET', '/containers/json')) as { Id?: string }[];
  const expected: readonly [method: string, path: string, status: number][] = [
    ...['/_ping', '/version', '/networks', '/containers/json?all=1', `/containers/${id}/json`].map(
      (path) => ['GET', path, 200] as [string, string, number],
    ),
    ...['/info', '/images/json', `/containers/${id}/logs?stdout=1`, `/containers/${id}/archive?path=/`].map(
      (path) => ['GET', path, 403] as [string, string, number],
    ),
    ['GET', `/containers/${id}/export`, 403],
    ['GET', '/version/../images/json', 403],
    ['GET', '/containers/json/../../images/json', 403],
    ['GET', '/%69mages/json', 403],
    ['GET', '//version', 403],
    ['GET', `/containers/${id.slice(0, 12)}/json`, 403],
    ...['POST', 'PUT', 'DELETE', 'HEAD'].map((method) => [method, '/containers/json', 405] as [string, string, number]),
    ['POST', `/containers/${id}/stop`, 405],
  ];
  const differences: string[] = [];
  for (const [method, path, status] of expected) {
    const found = await statusThroughProxy(method, path);
    if (found !== status) differences.push(`${method} ${path}: ${found}, not ${status}`);
  }
  checks.hold('the proxy lets nothing else pass', listed(differences));
}

interface Forms {
  readonly podman: Podman;
  readonly clients: readonly DockerClient[];
  readonly checks: Checks;
}

/** Every form of name, from every client. */
async function proveForms({ podman, clients, checks }: Forms): Promise<void> {
  const web = await start(podman, 'web', {
    Hostname: 'webbox',
    Labels: {
      ...{ 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'front' },
      'com.dnsdock.alias': 'www.example,alias.docker',
    },
    Env: ['DNSDOCK_TTL=7', 'SERVICE_REGION=eu'],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { NetworkMode: 'front' },
    NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['webalias'] } } },
  });
  await podman.call('POST', '/networks/back/connect', { Container: web });
  const guest = await start(podman, 'guest', { HostConfig: { NetworkMode: `container:${web}` } });
  const machine = await start(podman, 'machine', { HostConfig: { NetworkMode: 'host' } });
  const ignored = await start(podman, 'ignored', {
    Labels: { 'com.dnsdock.ignore': '' },
    HostConfig: { NetworkMode: 'front' },
  });
  await start(podman, 'only6', { HostConfig: { NetworkMode: 'six' } });
  const lonely = await start(podman, 'lonely', { HostConfig: { NetworkMode: 'none' } });
  const truth = createTruth(podman);
  await truth.read(web);
  await sleep(1000);

  const names = [
    ...['web.docker', 'web.nginx.eu.docker', 'nginx.eu.docker', 'web.*.eu.docker', 'any.thing.web.nginx.eu.docker'],
    ...['front.shop.docker', 'webalias.docker', 'webbox.docker', 'www.example', 'below.www.example', 'alias.docker'],
    ...['web.nginx.eu.template.test', 'web', 'WEB.Docker', 'guest.docker'],
    // Searched for by the sidecar.
    ...['web.nginx.eu.glibc.internal', 'front.shop.glibc.internal', 'webalias.glibc.internal'],
  ];
  const networks = truth.byName('web.docker')?.networks ?? new Map();
  for (const client of clients) {
    const differences: string[] = [];
    const compare = async (name: string, expected: readonly string[]): Promise<void> => {
      // glibc itself asks nobody for a name with a star.
      if (client.libc.startsWith('glibc') && name.includes('*')) return;
      const found = await client.look(name);
      if (found.join(' ') !== expected.join(' '))
        differences.push(`${name}: ${found.join(' ')}, not ${expected.join(' ')}`);
    };
    for (const name of names) await compare(name, seenFrom(networks, client.network));
    await compare('machine.docker', client.network === 'front' ? ['10.89.0.1'] : ['10.89.1.1', 'fd00:89:1::1']);
    for (const name of ['ignored.docker', 'lonely.docker', 'nobody.docker', 'shop.docker.docker'])
      await compare(name, ['NONAME']);
    await compare('known.test', ['192.0.2.77', '2001:db8::77']);
    checks.hold(`every form of name from ${client.name}`, listed(differences));
    await proveFamilies(client, checks);
  }
  await proveTypes({ podman, clients, checks }, networks);
  for (const id of [guest, web, machine, ignored, lonely]) await podman.call('DELETE', `/containers/${id}?force=true`);
}

/** A container with IPv6 alone is searched for, and behind it nameservers have the name in IPv4: each call has what glibc gives it. */
async function proveFamilies(client: DockerClient, checks: Checks): Promise<void> {
  const ipv6 = 'fd00:89:2::2';
  for (const [what, family, expected] of [
    ['both families', 'u', ipv6],
    ['IPv6 alone', '6', ipv6],
    ['IPv4 alone', '4', '192.0.2.66'],
  ]) {
    const { outcome, addresses = [] } = await client.run(`getaddrinfo ${family} only6.nginx.glibc.internal`);
    const found = [outcome, ...new Set(addresses)].join(' ');
    checks.hold(
      `${what} of a container that has IPv6, from ${client.name}`,
      found === `OK ${expected}` ? undefined : found,
    );
  }
}

/** Other types than addresses, by a client on the machine. */
async function proveTypes({ clients, checks }: Forms, networks: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const [v4 = ''] = networks.get('front') ?? [];
  const reverse = `${v4.split('.').toReversed().join('.')}.in-addr.arpa`;
  const questions = [
    [
      reverse,
      'PTR',
      'NOERROR PTR web.docker PTR web.nginx.eu.docker PTR web.nginx.eu.template.test PTR front.shop.docker PTR www.example PTR alias.docker PTR guest.docker PTR guest.nginx.docker PTR guest.nginx.template.test',
    ],
    ['_http._tcp.web.docker', 'SRV', 'NOERROR SRV 80 web.docker'],
    ['web.docker', 'MX', 'NOERROR MX 0 web.docker'],
    ['web.docker', 'TXT', 'NOERROR'],
    ['nobody.docker', 'AAAA', 'NXDOMAIN'],
    ['only6.docker', 'AAAA', 'NOERROR AAAA fd00:89:2::2'],
    ['only6.docker', 'A', 'NOERROR'],
  ] as const;
  for (const [name, type, expected] of questions) {
    const reply = await ask(name, { port: 53, type });
    const found = type === 'SRV' || type === 'MX' ? shownData(reply) : described(reply);
    checks.hold(`${type} of ${type === 'PTR' ? 'an address' : name}`, found === expected ? undefined : found);
    const { flag_aa: aa } = reply as { flag_aa?: boolean };
    checks.hold(`${type} of ${name}: AA is set`, aa === true ? undefined : 'it is not');
  }
  const [client] = clients;
  const { canonical } = (await client?.run(`getnameinfo ${v4}`)) ?? {};
  checks.hold('a C library finds the name of an address', canonical === 'web.docker' ? undefined : String(canonical));
}

function shownData(reply: Awaited<ReturnType<typeof ask>>): string {
  const texts = (reply.answers ?? []).map((answer) => {
    if (answer.type === 'SRV') return `SRV ${answer.data.port} ${answer.data.target}`;
    return answer.type === 'MX' ? `MX ${answer.data.preference} ${answer.data.exchange}` : answer.type;
  });
  return [(reply as { rcode?: string }).rcode, ...texts].join(' ');
}

interface Churn extends Forms {
  readonly truth: Truth;
  readonly options: WorldOptions;
}

async function proveChurn({ podman, clients, checks, truth, options }: Churn): Promise<void> {
  const counts = await churn({ podman, truth, clients, seed: options.seed, seconds: options.seconds });
  console.log(`        lookups by form: ${[...counts.forms].map(([form, count]) => `${form} ${count}`).join(', ')}`);
  console.log(
    `        ${counts.changes} changes in ${options.seconds} s, ${counts.lookups} lookups meanwhile, of them ${counts.exact} of names that stood still`,
  );
  checks.hold('no invented and no stale name while containers change', listed(counts.wrong));
  checks.hold(
    'there were changes and lookups',
    counts.changes > 20 && counts.exact > 20 && counts.forms.size >= 11 ? undefined : JSON.stringify(counts),
  );
  await sleep(1000);
  await proveAll('after a second of quiet every name is as it is', { clients, checks, truth });
}

async function proveAll(
  what: string,
  { clients, checks, truth }: { clients: readonly DockerClient[]; checks: Checks; truth: Truth },
): Promise<void> {
  const differences: string[] = [];
  const questions = [...truth.all.values()].flatMap(({ names, networks }) =>
    [...names].flatMap(([form, name]) =>
      clients.flatMap((client) => (mayAsk(client, form) ? [{ client, name, networks }] : [])),
    ),
  );
  for (const { client, name, networks } of questions) {
    const expected = networks.size === 0 ? ['NONAME'] : seenFrom(networks, client.network);
    const found = await client.look(name);
    if (found.join(' ') !== expected.join(' '))
      differences.push(`${client.name} ${name}: ${found.join(' ')}, not ${expected.join(' ')}`);
  }
  checks.hold(`${what} (${truth.all.size} containers, ${clients.length} clients)`, listed(differences));
}

interface Gap extends Forms {
  readonly truth: Truth;
  readonly proxy: SocketProxy;
  readonly sidecar: HostSidecar;
}

async function proveGap({ podman, clients, checks, truth, proxy, sidecar }: Gap): Promise<void> {
  const running = [...truth.all.values()].filter(({ networks }) => networks.size > 0);
  const [kept, lost] = running;
  if (kept === undefined || lost === undefined) return checks.fail('a gap', 'too few containers run');
  await proxy.stop();
  await podman.call('POST', `/containers/${lost.id}/stop?t=1`);
  const born = await start(podman, 'born', { HostConfig: { NetworkMode: 'front' } });
  for (const id of [lost.id, born]) await truth.read(id);
  await sleep(1500);
  const differences: string[] = [];
  for (const client of clients) {
    for (const { name, networks } of [kept, lost]) {
      const found = await client.look(`${name}.docker`);
      const expected = seenFrom(networks, client.network);
      if (found.join(' ') !== expected.join(' ')) differences.push(`${client.name} ${name}: ${found.join(' ')}`);
    }
  }
  checks.hold('while the API is gone, what was known is answered with', listed(differences));
  checks.hold('and the log says so, once', sidecar.events('docker-lost').length === 1 ? undefined : 'it does not');
  await proxy.start();
  const before = sidecar.events('docker-synchronised').length;
  for (let left = 120; sidecar.events('docker-synchronised').length === before && left > 0; left--) await sleep(100);
  await proveAll('when the API is back, every name is as it is', { clients, checks, truth });
}
