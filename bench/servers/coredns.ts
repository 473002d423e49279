/** CoreDNS, built from its Go module as the cluster of the tests runs it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCoredns } from '../../test/support/programs/go-modules.ts';
import { cacheEntries } from './debian-servers.ts';
import type { Server } from './server.ts';

export async function corednsServer(): Promise<Server> {
  const { program, version } = await buildCoredns();
  return {
    name: 'CoreDNS',
    kind: 'peer',
    version,
    asked: 'plain',
    async command({ port, upstreamPort, cached, folder }) {
      const cache = `cache 3600 {\n    success ${cacheEntries}\n    denial ${cacheEntries}\n  }`;
      const file = join(folder, `Corefile-${port}`);
      await writeFile(
        file,
        `.:${port} {\n  bind 127.0.0.1\n  ${cached ? cache : ''}\n  forward . 127.0.0.1:${upstreamPort}\n}\n`,
      );
      return { command: [program, '-conf', file, '-quiet'] };
    },
  };
}
