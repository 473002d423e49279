/** The arguments of the two programs. */
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../../shared/program/command-line.ts';
import { discoverySettings, environmentName, webhookSettings } from '../../../../shared/settings/settings.ts';

const help = {
  name: 'webhook',
  purpose: 'does something',
  settings: webhookSettings,
  startFailure: 'when it does not start',
} as const;

test('without arguments it runs', () => {
  expect(readCommandLine([], { help })).toEqual({ do: 'run' });
});

test('--version prints the version and nothing else', () => {
  expect(readCommandLine(['--version'], { help })).toMatchObject({
    do: 'print',
    text: expect.stringMatching(/^\S+\n$/),
  });
});

test('--help names every setting', () => {
  const command = readCommandLine(['--help'], { help });
  const text = command.do === 'print' ? command.text : '';
  for (const definition of webhookSettings) expect(text).toContain(`${environmentName(definition)}\n`);
});

test.each([['--nope'], ['--version', 'x'], ['run']])('%j is refused', (...args) => {
  expect(readCommandLine(args, { help })).toMatchObject({
    do: 'refuse',
    text: expect.stringContaining(args.join(' ')),
  });
});

describe('a program that takes arguments', () => {
  const taken = {
    settings: discoverySettings,
    lines: ['Arguments:', '  --domain'],
    read: (args: readonly string[], environment: Readonly<Record<string, string | undefined>>) =>
      args[0] === '--domain'
        ? { texts: { RESOLVER_DOMAIN: environment['GIVEN'] } }
        : { refused: ['one fault', 'another'] },
  };

  test('reads them as variables', () => {
    expect(readCommandLine(['--domain'], { help, taken, environment: { GIVEN: 'dev' } })).toEqual({
      do: 'run',
      texts: { RESOLVER_DOMAIN: 'dev' },
    });
  });

  test('names each fault', () => {
    const text = 'one fault\nanother\nsettings are environment variables; see --help\n';
    expect(readCommandLine(['x'], { help, taken })).toEqual({ do: 'refuse', text });
  });

  test('tells its help and its version beside others, too', () => {
    const command = readCommandLine(['--domain', '--help'], { help, taken });
    const text = command.do === 'print' ? command.text : '';
    expect(text).toContain('[--version | --help | ARGUMENTS]');
    expect(text).toContain(`: ${help.purpose}.\n`);
    expect(readCommandLine(['--help'], { help, taken: { ...taken, purpose: 'serves a host' } })).toMatchObject({
      text: expect.stringContaining(': serves a host.\n') as string,
    });
    expect(text).toContain('\n\nArguments:\n  --domain\n\n');
    for (const definition of discoverySettings) expect(text).toContain(`${environmentName(definition)}\n`);
    expect(readCommandLine(['x', '--version'], { help, taken })).toMatchObject({
      text: expect.stringMatching(/^\S+\n$/),
    });
  });
});
