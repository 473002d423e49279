/** The arguments of dnsdock: what each becomes, in every form, and that none is passed over in silence. */
import { describe, expect, test } from 'vitest';
import { oldArgumentLines } from '../../../../shared/settings/old-argument-lines.ts';
import { oldArguments, variableOf } from '../../../../shared/settings/old-arguments.ts';
import { readOldArguments } from '../../../../shared/settings/read-old-arguments.ts';
import { readSidecarEnvironment } from '../../../../shared/settings/read-old-variables.ts';
import { discoverySettings } from '../../../../shared/settings/settings.ts';

/** What any argument sets beside. */
const around = { RESOLVER_PROFILE: 'host', RESOLVER_DOCKER: 'unix:///run/other.sock' };

const usualNames = 'image,container,compose,network-alias,hostname,template,alias';

function textsOf(line: string, environment: Record<string, string> = around) {
  const read = readOldArguments(line.split(' '), environment);
  return 'texts' in read ? read.texts : read.refused;
}

test.each<[line: string, texts: Record<string, string>]>([
  ['--nameserver=10.0.0.1:53', { RESOLVER_NAMESERVERS: '10.0.0.1:53' }],
  ['--nameserver=10.0.0.1:53 --nameserver 10.0.0.2:54', { RESOLVER_NAMESERVERS: '10.0.0.1:53,10.0.0.2:54' }],
  ['--nameserver=10.0.0.1:53,10.0.0.2:54', { RESOLVER_NAMESERVERS: '10.0.0.1:53,10.0.0.2:54' }],
  ['--dns=:53', { RESOLVER_LISTEN: ':53' }],
  ['-d 172.17.0.1:53', { RESOLVER_LISTEN: '172.17.0.1:53' }],
  ['-d:53', { RESOLVER_LISTEN: ':53' }],
  ['-dns=:53', { RESOLVER_LISTEN: ':53' }],
  ['-dns :53', { RESOLVER_LISTEN: ':53' }],
  ['--http=127.0.0.1:80', { RESOLVER_API_LISTEN: '127.0.0.1:80' }],
  ['-t [::1]:80', { RESOLVER_API_LISTEN: '[::1]:80' }],
  ['--domain=dev.test', { RESOLVER_DOMAIN: 'dev.test' }],
  ['--domain=.dev..test.', { RESOLVER_DOMAIN: 'dev.test' }],
  ['--domain=one --domain=two', { RESOLVER_DOMAIN: 'two' }],
  ['--environment=a.b', { RESOLVER_ENVIRONMENT: 'a.b' }],
  ['--environment=', { RESOLVER_ENVIRONMENT: '' }],
  ['--docker=tcp://10.0.0.9:2375', { RESOLVER_DOCKER: 'tcp://10.0.0.9:2375' }],
  ['--tlsverify', { DOCKER_TLS_VERIFY: '1' }],
  ['--no-tlsverify', { DOCKER_TLS_VERIFY: '' }],
  ['--tlscacert=/certs/ca.pem', { DOCKER_CERT_PATH: '/certs' }],
  ['--tlscert /certs/cert.pem --tlskey /certs/key.pem', { DOCKER_CERT_PATH: '/certs' }],
  ['--ttl=30', { RESOLVER_SERVICES_TTL_SECONDS: '30' }],
  ['--alias', { RESOLVER_NAMES: `${usualNames},bare` }],
  ['--alias=false', {}],
  ['--quiet', { RESOLVER_LOG_LEVEL: 'error' }],
  ['-q', { RESOLVER_LOG_LEVEL: 'error' }],
  ['--quiet=0', {}],
  ['--verbose', { RESOLVER_LOG_LEVEL: 'debug' }],
  ['-v', { RESOLVER_LOG_LEVEL: 'debug' }],
  ['-verbose=false', {}],
  ['--no-verbose=true --verbose', ['unknown argument: --no-verbose=true; did you mean --verbose?'] as never],
  ['--verbose --quiet', { RESOLVER_LOG_LEVEL: 'error' }],
  ['--forcettl', { RESOLVER_FIXED_TTL_SECONDS: '0' }],
  ['--forcettl --ttl=5', { RESOLVER_SERVICES_TTL_SECONDS: '5', RESOLVER_FIXED_TTL_SECONDS: '5' }],
  ['--no-forcettl', {}],
  ['--all', {}],
])('%s', (line, texts) => {
  expect(textsOf(line)).toEqual(texts);
});

test('an alias is added to the forms that are set', () => {
  expect(textsOf('--alias', { ...around, RESOLVER_NAMES: 'container, bare' })).toEqual({
    RESOLVER_NAMES: 'container,bare',
  });
});

test.each<[line: string, refused: string[]]>([
  ['--domian=x', ['unknown argument: --domian=x; did you mean --domain?']],
  ['-domian=x', ['unknown argument: -domian=x; did you mean --domain?']],
  ['--no-alas', ['unknown argument: --no-alas; did you mean --alias?']],
  ['-x', ['unknown argument: -x']],
  ['-vq', ['unknown argument: -vq']],
  ['web --port=3', ['unknown argument: web', 'unknown argument: --port=3']],
  ['--ttl', ['--ttl lacks its value: --ttl=SECONDS']],
  ['--domain --alias', ['--domain lacks its value: --domain=DOMAIN']],
  ['--alias=perhaps', ['--alias: "perhaps" is not accepted; expected true or false, or nothing']],
  ['--ttl=', [expect.stringMatching(/^--ttl: "" is not accepted; expected integer from 0 /)]],
  ['--ttl=long', [expect.stringMatching(/^--ttl: "long" is not accepted; expected integer from 0 /)]],
  ['--nameserver=dns.test:53', [expect.stringMatching(/^--nameserver: "dns.test:53" is not accepted/)]],
  ['--docker=https://10.0.0.9', [expect.stringMatching(/^--docker: .* DOCKER_TLS_VERIFY and DOCKER_CERT_PATH/)]],
  ['--domain=.', [expect.stringMatching(/^--domain: "\." is not accepted/)]],
  [
    '--tlscacert=ca.pem',
    [expect.stringMatching(/^--tlscacert: "ca.pem" is not accepted; expected .*DOCKER_CERT_PATH$/)],
  ],
  ['--tlskey=/a/keyxpem', [expect.stringMatching(/^--tlskey: /)]],
  [
    '--tlscacert=/a/ca.pem --tlscert=/b/cert.pem',
    ['--tlscert and --tlscacert name two folders, and DOCKER_CERT_PATH is one'],
  ],
])('%s is refused', (line, refused) => {
  expect(textsOf(line)).toEqual(refused);
});

describe('each argument', () => {
  test.each(oldArguments.map((argument) => [argument.name, argument] as const))(
    '--%s is complete',
    (_name, argument) => {
      expect(argument.settings.length > 0).toBe(argument.read !== undefined);
      if (argument.settings.length === 0) expect(argument.remark).toMatch(/^[A-Z].*\.$/);
      for (const key of argument.settings) expect(variableOf(key)).toMatch(/^(RESOLVER|DOCKER)_[A-Z_]+$/);
      expect(oldArgumentLines.filter((line) => line.startsWith(`  --${argument.name}`))).toHaveLength(1);
    },
  );

  test('has a name and a letter of its own', () => {
    const words = oldArguments.flatMap(({ name, short }) => [name, short ?? name.toUpperCase()]);
    expect(new Set(words).size).toBe(words.length);
  });
});

test('of each the log says what became of it', () => {
  const line = '--domain=dev --alias=false --verbose --quiet --all --tlscacert=/c/ca.pem --tlskey=/c/key.pem';
  const read = readOldArguments(line.split(' '), around);
  expect('notices' in read && read.notices).toEqual([
    { name: '--domain', message: '--domain is read as RESOLVER_DOMAIN=dev; set that in its place' },
    { name: '--tlscacert', message: '--tlscacert is read as DOCKER_CERT_PATH=/c; set that in its place' },
    { name: '--tlskey', message: '--tlskey says the same as --tlscacert' },
    { name: '--alias', message: '--alias sets nothing: off is what it is by itself' },
    { name: '--quiet', message: '--quiet is read as RESOLVER_LOG_LEVEL=error; set that in its place' },
    { name: '--verbose', message: '--verbose has no effect beside --quiet' },
    {
      name: '--all',
      message: '--all has no equal and no effect: no release had it. A stopped container has no address',
    },
  ]);
});

describe('precedence', () => {
  const settingsOf = (line: string, environment: Record<string, string>) => {
    const read = readOldArguments(line.split(' '), environment);
    const texts = 'texts' in read ? read.texts : {};
    return readSidecarEnvironment({ ...environment, ...texts }, discoverySettings);
  };

  test('an argument goes before the variable, and says so', () => {
    const environment = { ...around, RESOLVER_DOMAIN: 'old', RESOLVER_ENVIRONMENT: 'dev', DOCKER_TLS_VERIFY: '1' };
    const line = '--domain=new --environment= --no-tlsverify';
    expect(settingsOf(line, environment).values).toMatchObject({
      domain: 'new',
      environment: undefined,
      dockerTlsVerify: undefined,
    });
    const read = readOldArguments(['--domain=new'], environment);
    expect('notices' in read && read.notices[0]?.message).toBe(
      '--domain is read as RESOLVER_DOMAIN=new, and goes before what the variable says; set that in its place',
    );
  });

  test('the variable counts where no argument is given', () => {
    expect(settingsOf('--ttl=5', { ...around, RESOLVER_DOMAIN: 'mine' }).values).toMatchObject({
      domain: 'mine',
      servicesTtlSeconds: 5,
      docker: { transport: 'unix', path: '/run/other.sock' },
    });
  });

  test('an argument goes before a variable of go-dnsmasq', () => {
    const { values, notices } = settingsOf('--nameserver=10.0.0.1:53', { ...around, DNSMASQ_SERVERS: '10.0.0.2' });
    expect(values.nameservers).toEqual(['10.0.0.1:53']);
    expect(notices.map(({ message }) => message)).toEqual([
      'DNSMASQ_SERVERS has no effect: RESOLVER_NAMESERVERS is set',
    ]);
  });

  test.each<[environment: Record<string, string>, texts: Record<string, string>]>([
    [{}, { RESOLVER_PROFILE: 'host', RESOLVER_DOCKER: 'unix:///var/run/docker.sock' }],
    [{ DOCKER_HOST: 'tcp://10.0.0.9:2375' }, { RESOLVER_PROFILE: 'host', RESOLVER_DOCKER: 'tcp://10.0.0.9:2375' }],
    [{ RESOLVER_DOCKER: '/run/mine.sock', DOCKER_HOST: 'tcp://10.0.0.9:2375' }, { RESOLVER_PROFILE: 'host' }],
    [{ RESOLVER_PROFILE: 'pod', RESOLVER_DOCKER: '/run/mine.sock' }, {}],
  ])('beside an argument, %j', (environment, texts) => {
    expect(textsOf('--ttl=5', environment)).toEqual({ ...texts, RESOLVER_SERVICES_TTL_SECONDS: '5' });
    const read = readOldArguments(['--ttl=5'], environment);
    const messages = 'notices' in read ? read.notices.map(({ message }) => message) : [];
    for (const [variable, text] of Object.entries(texts))
      expect(messages).toContain(`with arguments of dnsdock, ${variable}=${text} is set; set that yourself`);
    expect(messages).toHaveLength(1 + Object.keys(texts).length);
  });
});
