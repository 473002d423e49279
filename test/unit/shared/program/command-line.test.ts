/** The arguments of the two programs. */
import { expect, test } from 'vitest';
import { readCommandLine } from '../../../../shared/program/command-line.ts';
import { environmentName, webhookSettings } from '../../../../shared/settings/settings.ts';

const help = {
  name: 'webhook',
  purpose: 'does something',
  settings: webhookSettings,
  startFailure: 'when it does not start',
} as const;

test('without arguments it runs', () => {
  expect(readCommandLine([], help)).toEqual({ do: 'run' });
});

test('--version prints the version and nothing else', () => {
  expect(readCommandLine(['--version'], help)).toMatchObject({ do: 'print', text: expect.stringMatching(/^\S+\n$/) });
});

test('--help names every setting', () => {
  const command = readCommandLine(['--help'], help);
  const text = command.do === 'print' ? command.text : '';
  for (const definition of webhookSettings) expect(text).toContain(`${environmentName(definition)}\n`);
});

test.each([['--nope'], ['--version', 'x'], ['run']])('%j is refused', (...args) => {
  expect(readCommandLine(args, help)).toMatchObject({ do: 'refuse', text: expect.stringContaining(args.join(' ')) });
});
