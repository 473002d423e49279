/** Reads what the Dockerfiles set, so that tests run a program as its image does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './paths.ts';

/** What an image sets for Node.js and its allocator: the Dockerfile is the one place where it stands. */
export function imageEnvironment(program: 'sidecar' | 'webhook'): Record<string, string> {
  const text = dockerfile(program);
  const found = [...text.matchAll(/\b(NODE_OPTIONS|MALLOC_\w+)=(?:"([^"]+)"|(\S+))/g)];
  const environment = Object.fromEntries(found.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
  if (environment['NODE_OPTIONS'] === undefined) throw new Error(`Dockerfile.${program} sets no NODE_OPTIONS`);
  return environment;
}

/** The options of Node.js on the command line of an image: NODE_OPTIONS does not take all of V8's. */
export function imageNodeArguments(program: 'sidecar' | 'webhook'): string[] {
  // Of the last stage, as the environment above.
  const [, entryPoint] = [...dockerfile(program).matchAll(/^ENTRYPOINT (\[.*\])$/gm)].at(-1) ?? [];
  if (entryPoint === undefined) throw new Error(`Dockerfile.${program} has no ENTRYPOINT`);
  return (JSON.parse(entryPoint) as string[]).slice(1, -1);
}

function dockerfile(program: 'sidecar' | 'webhook'): string {
  return readFileSync(join(projectFolder, `Dockerfile.${program}`), 'utf8');
}
