/** The workflow file calls `.ci/run` and no more. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

interface Job {
  readonly 'timeout-minutes': number;
  readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly with?: Record<string, unknown> }[];
}

const workflow = parse(read('.github/workflows/ci.yml')) as Workflow;
const jobs = Object.values(workflow.jobs);

test('the workflow runs .ci/run and no list of its own, with the right to read alone', () => {
  const commands = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toEqual([expect.stringMatching(/ \.ci\/run$/)]);
  expect(workflow.permissions).toEqual({ contents: 'read' });
});

test('its time limit lets .ci/run reach its own', () => {
  const [, minutes] = /limit_seconds=\$\(\((\d+) \* 60\)\)/.exec(read('.ci/run')) ?? [];
  for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(Number(minutes));
});

test('it sets up the Node.js that the package asks for', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const versions = jobs.flatMap(({ steps }) => steps.flatMap((step) => step.with?.['node-version'] ?? []));
  expect(versions.map(Number)).toEqual([Number(/\d+/.exec(engines.node)?.[0])]);
});
