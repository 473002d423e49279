/** The arguments of dnsdock, once: which settings take their place, and how their texts are read. */
import type { Refusal } from '../values/value-kinds.ts';
import { discoverySettings, usualForms, type DiscoverySettings } from './discovery-settings.ts';
import { environmentName } from './setting-definition.ts';
import { sidecarSettings, type SidecarSettings } from './sidecar-settings.ts';

type SettingKey = keyof (SidecarSettings & DiscoverySettings);

export interface OldArgument {
  /** Without dashes. */
  readonly name: string;
  /** One letter that stands for it. */
  readonly short?: string;
  /** What its value is, in help and on the page; absent: it has none, and is on or off. */
  readonly value?: string;
  /** Another one is added to the first; of others the last counts. */
  readonly repeated?: true;
  /** In its place; none: it has no equal. */
  readonly settings: readonly SettingKey[];
  /** What is otherwise; of one without equal, what happens instead. */
  readonly remark?: string;
  /** An empty text is "not set". */
  readonly empties?: true;
  /** Two that set the same must say the same. Without it the first of the table counts. */
  readonly agrees?: true;
  /** Its text as those of the settings; absent where it has no equal. */
  readonly read?: (text: string, beside: Beside) => Read;
}

/** What else has been said. */
export interface Beside {
  /** The text of another argument. */
  argument(name: string): string | undefined;
  /** Of the environment, by a setting's key. */
  setting(key: SettingKey): string | undefined;
}

/** Texts by the keys of settings; or why there is nothing to set; or why it is not accepted. */
export type Read = { readonly texts: Texts } | { readonly why: string } | { readonly refusal: Refusal };

type Texts = Partial<Record<SettingKey, string>>;

/** Of one that is on or off. */
export const on = 'true';

/** In order of precedence where two have one setting. */
export const oldArguments: readonly OldArgument[] = [
  {
    name: 'nameserver',
    value: 'IP:PORT',
    repeated: true,
    settings: ['nameservers'],
    remark:
      "The first three are asked, in glibc's order with failover and TCP. Without it those of the host's `/etc/resolv.conf` are, not 8.8.8.8.",
    read: sameText('nameservers'),
  },
  {
    name: 'dns',
    short: 'd',
    value: 'ADDRESS:PORT',
    settings: ['listen'],
    remark: 'UDP and TCP. It must be given, here or as the variable; a wildcard needs `RESOLVER_ALLOW_CLIENTS`.',
    read: sameText('listen'),
  },
  {
    name: 'http',
    short: 't',
    value: 'ADDRESS:PORT',
    settings: ['apiListen'],
    remark:
      'It needs `RESOLVER_API_TOKEN_FILE`. [The HTTP API](http-api.md) has the same paths and members; without the argument there is none.',
    read: sameText('apiListen'),
  },
  { name: 'domain', value: 'DOMAIN', settings: ['domain'], read: domainText('domain') },
  { name: 'environment', value: 'LABELS', settings: ['environment'], empties: true, read: domainText('environment') },
  {
    name: 'docker',
    value: 'ADDRESS',
    settings: ['docker'],
    remark:
      'Where neither it nor the variable is given, any other argument sets it to that of `DOCKER_HOST`, or to `unix:///var/run/docker.sock`.',
    read: sameText('docker'),
  },
  {
    name: 'tlsverify',
    settings: ['dockerTlsVerify'],
    empties: true,
    remark: 'It is used: dnsdock made a TLS configuration and never gave it to its client.',
    read: (text) => ({ texts: { dockerTlsVerify: text === on ? '1' : '' } }),
  },
  certificate('tlscacert', 'ca.pem'),
  certificate('tlscert', 'cert.pem'),
  certificate('tlskey', 'key.pem'),
  { name: 'ttl', value: 'SECONDS', settings: ['servicesTtlSeconds'], read: sameText('servicesTtlSeconds') },
  {
    name: 'alias',
    settings: ['names'],
    remark: 'It adds `bare` to the forms of names.',
    read(text, { setting }) {
      if (text !== on) return { why: offByItself };
      const forms = setting('names')?.split(/[,\s]+/) ?? usualForms;
      return { texts: { names: [...new Set([...forms, 'bare'])].join() } };
    },
  },
  {
    name: 'quiet',
    short: 'q',
    settings: ['logLevel'],
    remark: 'Errors are still told; lines about arguments are not.',
    read: (text) => (text === on ? { texts: { logLevel: 'error' } } : { why: offByItself }),
  },
  {
    name: 'verbose',
    short: 'v',
    settings: ['logLevel'],
    remark: 'Single lookups with what was asked: `RESOLVER_QUERY_LOG`.',
    read: (text) => (text === on ? { texts: { logLevel: 'debug' } } : { why: offByItself }),
  },
  {
    name: 'forcettl',
    settings: ['fixedTtlSeconds'],
    remark: 'No release had it. The TTL is that of `--ttl`.',
    read: (text, { argument }) =>
      text === on ? { texts: { fixedTtlSeconds: argument('ttl') ?? '0' } } : { why: offByItself },
  },
  { name: 'all', settings: [], remark: 'No release had it. A stopped container has no address.' },
];

const offByItself = 'off is what it is by itself';

/** The name of the variable that a setting has. */
export function variableOf(key: string): string {
  const definition = definitionOf(key);
  return definition === undefined ? key : environmentName(definition);
}

export function definitionOf(key: string) {
  return [...sidecarSettings, ...discoverySettings].find((setting) => setting.key === key);
}

function sameText(key: SettingKey): NonNullable<OldArgument['read']> {
  return (text) => ({ texts: { [key]: text } });
}

/** dnsdock dropped dots at the ends, and of several in a row all but one. */
function domainText(key: SettingKey): NonNullable<OldArgument['read']> {
  return (text) => ({ texts: { [key]: text.replaceAll(/\.{2,}/g, '.').replaceAll(/^\.|\.$/g, '') } });
}

/** One of the three files, which lie in one folder here. */
function certificate(name: string, file: string): OldArgument {
  const accepted = `absolute path of a file ${file}: ca.pem, cert.pem and key.pem lie in one folder, DOCKER_CERT_PATH`;
  return {
    name,
    value: `FOLDER/${file}`,
    settings: ['dockerCertPath'],
    remark: `The file is called \`${file}\`, and lies in one folder with the others; there is no default folder.`,
    agrees: true,
    read(text) {
      const [, folder] = new RegExp(`^(/.*)/${file.replace('.', '\\.')}$`).exec(text) ?? [];
      return folder === undefined ? { refusal: { accepted } } : { texts: { dockerCertPath: folder } };
    },
  };
}
