/**
 * The table of settings of discovery, on a Docker host. They belong to the sidecar, and are read where `RESOLVER_DOCKER` or
 * `RESOLVER_API_LISTEN` is set; no pod has them.
 */
import { domainName, domainNames, listenAddresses } from '../values/network-kinds.ts';
import { choice, list, path, seconds, text } from '../values/value-kinds.ts';
import { dockerEndpoint } from './docker-endpoint-kind.ts';
import { defineSettings, type SettingValues } from './setting-definition.ts';

/** The forms of a container's names. */
// oxfmt-ignore
export const nameForms = ['image', 'container', 'compose', 'network-alias', 'hostname', 'template', 'alias', 'bare'] as const;

export type NameForm = (typeof nameForms)[number];

export const usualForms = nameForms.filter((form) => form !== 'bare');

export const discoverySettings = defineSettings('sidecar', [
  {
    key: 'docker',
    kind: dockerEndpoint(),
    default: undefined,
    profile: 'host',
    meaning:
      'Where the API of Docker, or of one that speaks like it, is: its containers are found, followed and answered for by name. Nothing but GET requests of `events`, `containers` and `networks` is sent.',
  },
  {
    key: 'dockerTlsVerify',
    environment: 'DOCKER_TLS_VERIFY',
    kind: text(),
    default: undefined,
    profile: 'host',
    meaning:
      "Docker's own variable: with any value the API at a `tcp://` address is asked over TLS, its certificate is verified, and the client's own is shown.",
  },
  {
    key: 'dockerCertPath',
    environment: 'DOCKER_CERT_PATH',
    kind: path(),
    default: undefined,
    profile: 'host',
    meaning: "Docker's own variable: the folder with `ca.pem`, `cert.pem` and `key.pem`.",
  },
  {
    key: 'domain',
    kind: domainName(),
    default: 'docker',
    profile: 'host',
    meaning:
      'The domain of the names. What is below it and known to nobody does not exist; no nameserver is asked for it.',
  },
  {
    key: 'environment',
    kind: domainName(),
    default: undefined,
    profile: 'host',
    meaning: 'Labels in front of the domain: names are below `ENVIRONMENT.DOMAIN` then.',
  },
  {
    key: 'names',
    kind: list(choice(nameForms), { min: 1 }),
    default: usualForms,
    profile: 'host',
    meaning:
      'Forms of names that are answered for: `image` (`NAME.IMAGE.DOMAIN`, with parts left out from the left), `container` (`CONTAINER.DOMAIN`), `compose` (`SERVICE.PROJECT.DOMAIN`), `network-alias` and `hostname` below the domain, `template`, `alias` (of labels, variables and the API), and `bare` (the name of the container alone).',
  },
  {
    key: 'nameTemplate',
    kind: text(),
    default: undefined,
    profile: 'host',
    meaning:
      'A name for each container: text with `{name}`, `{image}`, `{container}`, `{service}`, `{project}`, `{hostname}`, `{id}`, `{environment}` and `{domain}`. A container that lacks a part of it has no such name.',
  },
  {
    key: 'network',
    kind: text(),
    default: undefined,
    profile: 'host',
    meaning:
      'The network whose addresses clients outside all networks of a container get; without it those of all. A label of the container goes before it.',
  },
  {
    key: 'addressPrefix',
    kind: text(),
    default: undefined,
    profile: 'host',
    meaning: 'Addresses that begin with this text go before others, for the same clients, where a container has such.',
  },
  {
    key: 'servicesTtlSeconds',
    kind: seconds({ min: 0, max: 2_147_483_647 }),
    default: 0,
    profile: 'host',
    meaning: 'TTL of the names of containers that have none of their own, and of what does not exist below the domain.',
  },
  {
    key: 'health',
    kind: choice(['ignored', 'required']),
    default: 'ignored',
    profile: 'host',
    meaning: 'Whether a container whose health check fails, or has not passed yet, is answered for.',
  },
  {
    key: 'apiListen',
    kind: listenAddresses(),
    default: [],
    defaultText: 'none: there is no such listener',
    profile: 'host',
    meaning:
      'Addresses of the HTTP API and its web page. Without a certificate they are of loopback or of private networks. It needs `RESOLVER_API_TOKEN_FILE`.',
  },
  {
    key: 'apiTokenFile',
    kind: path(),
    default: undefined,
    profile: 'host',
    meaning:
      'File with the token of the HTTP API: 16 to 512 characters without blanks. It is read again when it changes.',
  },
  {
    key: 'apiTlsCertFile',
    kind: path(),
    default: undefined,
    profile: 'host',
    meaning: 'Certificate of the HTTP API with its chain (PEM), read again when it changes.',
  },
  {
    key: 'apiTlsKeyFile',
    kind: path(),
    default: undefined,
    profile: 'host',
    meaning: 'Its key (PEM).',
  },
  {
    key: 'apiHosts',
    kind: domainNames(),
    default: [],
    defaultText: 'none',
    profile: 'host',
    meaning:
      'Names under which the HTTP API is reached, beside addresses and `localhost`. A request with another one in `Host` is answered with 421: it may come from a web page that was made to lead here.',
  },
  {
    key: 'apiIfMatch',
    kind: choice(['optional', 'required']),
    default: 'optional',
    profile: 'host',
    meaning:
      'Whether a change of what is there needs an `If-Match` with the `ETag` that was read; without one it is answered with 428 then.',
  },
  {
    key: 'apiStateFile',
    kind: path(),
    default: undefined,
    profile: 'host',
    meaning:
      'File that keeps what was made and said by hand over restarts. Its folder must be writable; without it all of that is forgotten at the end.',
  },
]);

export type DiscoverySettings = SettingValues<typeof discoverySettings>;
