import { expect, test } from 'vitest';
import { environmentName, sidecarSettings } from '../../../shared/settings.ts';
import { readCommandLine } from '../../../sidecar/command-line.ts';

test('without arguments it runs', () => {
  expect(readCommandLine([])).toEqual({ do: 'run' });
});

test('--version prints the version and nothing else', () => {
  expect(readCommandLine(['--version'])).toMatchObject({ do: 'print', text: expect.stringMatching(/^\S+\n$/) });
});

test('--help names every setting', () => {
  const command = readCommandLine(['--help']);
  const text = command.do === 'print' ? command.text : '';
  for (const definition of sidecarSettings) expect(text).toContain(`${environmentName(definition)}\n`);
});

test.each([['--nope'], ['--version', 'x'], ['run']])('%j is refused', (...args) => {
  expect(readCommandLine(args)).toMatchObject({ do: 'refuse', text: expect.stringContaining(args.join(' ')) });
});
