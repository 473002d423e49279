/** Reads what the Dockerfiles set, so that tests run a program as its image does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './paths.ts';

/** What an image sets for Node.js and its allocator: the Dockerfile is the one place where it stands. */
export function imageEnvironment(program: 'sidecar' | 'webhook'): Record<string, string> {
  const text = readFileSync(join(projectFolder, `Dockerfile.${program}`), 'utf8');
  const found = [...text.matchAll(/\b(NODE_OPTIONS|MALLOC_\w+)=(?:"([^"]+)"|(\S+))/g)];
  const environment = Object.fromEntries(found.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
  if (environment['NODE_OPTIONS'] === undefined) throw new Error(`Dockerfile.${program} sets no NODE_OPTIONS`);
  return environment;
}
