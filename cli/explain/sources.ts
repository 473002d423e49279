/** Whose configuration is explained: this machine's, a file's, or that of a pod in a manifest. */
import { readSidecarEnvironment } from '../../shared/settings/read-old-variables.ts';
import { keywordOf, parseResolvConf } from '../../shared/resolv-conf/resolv-conf.ts';
import { buildConfiguration } from '../../sidecar/decide/configuration/configuration.ts';
import { shareDescriptors } from '../../sidecar/decide/configuration/descriptor-budget.ts';
import type { ConfigurationSnapshot } from '../../sidecar/decide/configuration/snapshot.ts';
import { clientConfiguration, formatClient } from '../../webhook/injection/dns/client-configuration.ts';
import { unknownMusl, type MuslChoice } from '../models/musl-choice.ts';
import type { ExplainedSource } from '../report/explanation.ts';
import { countText } from '../terminal/count-text.ts';

/** What is looked up with. */
export interface ResolverSource {
  /** resolv.conf as the program would have it without the sidecar, and with it. */
  readonly original: string;
  readonly seen: string;
  /** Of the nameservers. */
  readonly port: number;
  readonly hostName: string;
  readonly snapshot: ConfigurationSnapshot;
  /** What the images say. */
  readonly musl: MuslChoice;
  readonly explained: ExplainedSource;
}

/** A source before the options that change it. */
export interface SourceParts {
  readonly title: string;
  readonly original: string;
  /** Of an injected pod; else what the webhook would write. */
  readonly seen?: string;
  readonly hostName: string;
  /** The sidecar's variables and annotations file. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly annotationsText?: string;
  readonly musl?: MuslChoice;
  readonly remarks: readonly string[];
}

export interface SourceChanges {
  /** In the place of the nameservers of the configuration; none leaves them. */
  readonly nameservers: readonly string[];
  readonly port: number;
  /** As in its pod the sidecar has sockets to ask candidates before their turn. */
  readonly hasSocketsOfPod?: boolean;
}

/** More sockets than one lookup takes that asks candidate by candidate. */
const upstreamSockets = 1000;

/** What runtimes of containers leave to a process. */
const containerDescriptors = 1_048_576;

export function resolverSource(
  parts: SourceParts,
  { nameservers, port, hasSocketsOfPod = false }: SourceChanges,
): ResolverSource {
  const original = withNameservers(parts.original, nameservers);
  const { trustAd } = parseResolvConf(original);
  const seen = parts.seen ?? formatClient(clientConfiguration({ plain: false, trustAd, keptSearches: [] }));
  const { values } = readSidecarEnvironment(parts.environment ?? {});
  const { snapshot } = buildConfiguration({
    environment: { ...values, upstreamPort: port, ...(nameservers.length > 0 && { nameservers: undefined }) },
    annotationsText: parts.annotationsText,
    resolvConfText: original,
    podResolvConfText: seen,
    // The models, too, leave it out.
    hosts: [],
    hostName: parts.hostName,
    // Its own address is another machine's, or nobody's.
    ownAddresses: new Set(),
    upstreamSockets: hasSocketsOfPod ? shareDescriptors(containerDescriptors, values).upstreamSockets : upstreamSockets,
  });
  return {
    ...{ original, seen, port, snapshot, hostName: parts.hostName },
    musl: parts.musl ?? unknownMusl,
    explained: { title: parts.title, resolvConf: toldLines(original), seenResolvConf: seen, remarks: parts.remarks },
  };
}

/** A file may be another one than was meant: what is no line of resolv.conf is not told. */
function toldLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const known = lines.filter((line) => keywordOf(line) !== undefined);
  const others = lines.length - known.length;
  return [...known, ...(others > 0 ? [`# ${countText(others, 'other line')}`] : []), ''].join('\n');
}

function withNameservers(text: string, nameservers: readonly string[]): string {
  if (nameservers.length === 0) return text;
  const rest = text.split('\n').filter((line) => !/^nameserver[ \t]/.test(line));
  return [...nameservers.map((address) => `nameserver ${address}`), ...rest].join('\n');
}
