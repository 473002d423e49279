/** Docker's API with containers to which nothing happens. */
import { createServer, type ServerResponse } from 'node:http';
import { dockerNetwork, inspectedContainer, listedContainer, type DockerContainerParts } from './docker-json.ts';

export interface DockerHost {
  close(): void;
}

/** Resolves when it listens; `path`: of its socket. */
export async function startDockerHost(path: string, containers: readonly DockerContainerParts[]): Promise<DockerHost> {
  const byId = new Map(containers.map((parts) => [parts.id, parts]));
  const answer = (url: string, response: ServerResponse): void => {
    if (url.startsWith('/events')) return response.flushHeaders();
    const body = bodyOf(url);
    response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body ?? { message: 'No such container' }));
  };
  const bodyOf = (url: string): unknown => {
    if (url === '/containers/json') return containers.map(listedContainer);
    if (url === '/networks')
      return [dockerNetwork('bridge', 'bridge', [{ Subnet: '10.0.0.0/8', Gateway: '10.0.0.1' }])];
    const parts = byId.get(url.split('/')[2] ?? '');
    return parts && inspectedContainer(parts);
  };
  const server = createServer((request, response) => answer(request.url ?? '', response));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
