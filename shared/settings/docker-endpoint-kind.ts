/** Where Docker's API is, as a setting has it. */
import { formatEndpoint, parseIpAddress, formatIpAddress } from '../values/ip-address.ts';
import { kind, type ValueKind } from '../values/value-kinds.ts';

export type DockerEndpoint =
  | { readonly transport: 'unix'; readonly path: string }
  /** A name is looked up by the system that the sidecar runs on. */
  | { readonly transport: 'tcp'; readonly host: string; readonly port: number };

/** Without a port: Docker's own for TCP without TLS. */
const defaultPort = 2375;

export function dockerEndpoint(): ValueKind<DockerEndpoint> {
  const endpoints = kind<DockerEndpoint>({
    name: 'Docker endpoint',
    accepted: 'unix:///path/of/docker.sock, tcp://host:port, or the path of a socket',
    read: (text) => readUnix(text) ?? readTcp(text),
    format: (endpoint) =>
      endpoint.transport === 'unix' ? `unix://${endpoint.path}` : `tcp://${formatEndpoint(endpoint)}`,
  });
  return {
    ...endpoints,
    parse(text) {
      const parsed = endpoints.parse(text);
      return parsed.ok || !/^https:/i.test(text) ? parsed : { ...parsed, fault: tlsFault };
    },
  };
}

/** The scheme alone would not say by which authority the API is verified. */
const tlsFault = 'TLS is spoken to tcp://host:port, where DOCKER_TLS_VERIFY and DOCKER_CERT_PATH are set';

function readUnix(text: string): DockerEndpoint | undefined {
  const path = text.replace(/^unix:\/\//, '');
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  return /^\/[^\u0000-\u001f]+$/.test(path) ? { transport: 'unix', path } : undefined;
}

function readTcp(text: string): DockerEndpoint | undefined {
  const [, ipv6, name = '', digits] =
    /^(?:tcp|http):\/\/(?:\[([^\]]+)\]|([\w.-]+))(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  const address = ipv6 === undefined ? undefined : parseIpAddress(ipv6);
  const host = address === undefined ? name : formatIpAddress(address);
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === '' || (ipv6 !== undefined && address?.family !== 6) || port < 1 || port > 65_535) return undefined;
  return { transport: 'tcp', host, port };
}
