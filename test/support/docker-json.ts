/** Containers and networks as Docker's API has them in its public documentation, in the parts that are read. */

export interface DockerEndpointJson {
  readonly ip?: string;
  readonly prefix?: number;
  readonly ip6?: string;
  readonly prefix6?: number;
  readonly aliases?: readonly string[] | null;
}

export interface DockerContainerParts {
  readonly id: string;
  readonly name: string;
  readonly image?: string;
  readonly imageId?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[] | null;
  readonly hostname?: string;
  readonly networks?: Readonly<Record<string, DockerEndpointJson>>;
  readonly networkMode?: string;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly startedAt?: string;
  /** In the list. */
  readonly status?: string;
  readonly exposed?: readonly string[];
  readonly published?: Readonly<Record<string, number>>;
}

/** The answer to `GET /containers/{id}/json`. */
export function inspectedContainer(parts: DockerContainerParts): Record<string, unknown> {
  const ports = Object.entries(parts.published ?? {}).map(([key, port]) => [
    key,
    [{ HostIp: '0.0.0.0', HostPort: String(port) }],
  ]);
  return {
    Id: parts.id,
    Created: '2026-01-01T00:00:00.123456789Z',
    State: {
      ...{ Status: 'running', Running: true, Paused: false, Restarting: false, Dead: false, Pid: 4242 },
      StartedAt: parts.startedAt ?? '2026-01-01T00:00:01.123456789Z',
      ...parts.state,
    },
    Image: parts.imageId ?? `sha256:${'e'.repeat(64)}`,
    Name: `/${parts.name}`,
    HostConfig: { NetworkMode: parts.networkMode ?? 'bridge' },
    Config: {
      Hostname: parts.hostname ?? parts.id.slice(0, 12),
      Env: parts.env === undefined ? ['PATH=/bin'] : parts.env,
      Image: parts.image ?? 'nginx:latest',
      Labels: parts.labels ?? {},
      ...(parts.exposed && { ExposedPorts: Object.fromEntries(parts.exposed.map((key) => [key, {}])) }),
    },
    NetworkSettings: { Ports: Object.fromEntries(ports), Networks: networksJson(parts) },
  };
}

/** One entry of the answer to `GET /containers/json`. */
export function listedContainer(parts: DockerContainerParts): Record<string, unknown> {
  return {
    Id: parts.id,
    Names: [`/${parts.name}`],
    Image: parts.image ?? 'nginx:latest',
    State: 'running',
    Status: parts.status ?? 'Up 2 minutes',
    HostConfig: { NetworkMode: parts.networkMode ?? 'bridge' },
    NetworkSettings: { Networks: networksJson(parts) },
  };
}

function networksJson({ networks, networkMode = 'bridge' }: DockerContainerParts): Record<string, unknown> {
  const given = networks ?? (networkMode === 'bridge' ? { bridge: { ip: '172.17.0.2' } } : {});
  return Object.fromEntries(
    Object.entries(given).map(([name, { ip = '', prefix = 16, ip6 = '', prefix6 = 64, aliases = null }]) => [
      name,
      {
        ...{ IPAMConfig: null, Links: null, Aliases: aliases, NetworkID: 'f'.repeat(64), EndpointID: 'd'.repeat(64) },
        ...{ Gateway: ip === '' ? '' : ip.replace(/\d+$/, '1'), IPAddress: ip, IPPrefixLen: ip === '' ? 0 : prefix },
        ...{ IPv6Gateway: '', GlobalIPv6Address: ip6, GlobalIPv6PrefixLen: ip6 === '' ? 0 : prefix6, DriverOpts: null },
      },
    ]),
  );
}

/** One entry of the answer to `GET /networks`. */
export function dockerNetwork(name: string, driver: string, config: readonly Record<string, string>[]): object {
  return {
    Name: name,
    Id: name.repeat(8),
    Driver: driver,
    IPAM: { Driver: 'default', Config: config },
    Internal: false,
  };
}

export function containerEvent(action: string, id: string, attributes: Readonly<Record<string, string>> = {}): object {
  const times = { scope: 'local', time: 1_767_225_600, timeNano: 1_767_225_600_000_000_000 };
  return { Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes }, status: action, id, ...times };
}

export function networkEvent(action: string, network: string, container?: string): object {
  const attributes = { name: 'front', type: 'bridge', ...(container !== undefined && { container }) };
  return { Type: 'network', Action: action, Actor: { ID: network, Attributes: attributes }, scope: 'local' };
}
