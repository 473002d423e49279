/** Reads what the Dockerfiles set, so that tests run a program as its image does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './paths.ts';

/** What an image sets for Node.js and its allocator: the Dockerfile is the one place where it stands. */
export function imageEnvironment(program: 'sidecar' | 'webhook'): Record<string, string> {
  return environmentIn(dockerfile(program), `Dockerfile.${program}`);
}

/** The same of the image for a Docker host. */
export function hostImageEnvironment(): Record<string, string> {
  return environmentIn(stageText('sidecar', 'docker-host'), 'the image for a Docker host');
}

function environmentIn(text: string, where: string): Record<string, string> {
  const found = [...text.matchAll(/\b(NODE_OPTIONS|MALLOC_\w+)=(?:"([^"]+)"|(\S+))/g)];
  const environment = Object.fromEntries(found.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
  if (environment['NODE_OPTIONS'] === undefined) throw new Error(`${where} sets no NODE_OPTIONS`);
  return environment;
}

/** The options of Node.js on the command line of an image: NODE_OPTIONS does not take all of V8's. */
export function imageNodeArguments(program: 'sidecar' | 'webhook'): string[] {
  // Of the last stage, as the environment above.
  const [, entryPoint] = [...dockerfile(program).matchAll(/^ENTRYPOINT (\[.*\])$/gm)].at(-1) ?? [];
  if (entryPoint === undefined) throw new Error(`Dockerfile.${program} has no ENTRYPOINT`);
  return (JSON.parse(entryPoint) as string[]).slice(1, -1);
}

/** What a stage sets for whoever runs it (ENV, ENTRYPOINT), one instruction each. */
export function imageStage(program: 'sidecar' | 'webhook', stage: string): string[] {
  const lines = stageText(program, stage)
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n');
  const environment = lines
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => line.match(/[A-Z_]+=(?:"[^"]*"|\S+)/g) ?? []);
  return [
    ...environment.map((one) => `ENV ${one.replaceAll('"', '')}`),
    ...lines.filter((line) => line.startsWith('ENTRYPOINT ')),
  ];
}

function stageText(program: 'sidecar' | 'webhook', stage: string): string {
  const [, text] =
    new RegExp(`^FROM \\S+ AS ${stage}\\n(.*?)(?:^FROM |$(?![^]))`, 'ms').exec(dockerfile(program)) ?? [];
  if (text === undefined) throw new Error(`Dockerfile.${program} has no stage ${stage}`);
  return text;
}

function dockerfile(program: 'sidecar' | 'webhook'): string {
  return readFileSync(join(projectFolder, `Dockerfile.${program}`), 'utf8');
}
