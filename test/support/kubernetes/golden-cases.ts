/** The pods whose injection is written down: `test/golden/`. */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readEnvironment } from '../../../shared/settings/read-settings.ts';
import { injectionDefaults, webhookSettings, type InjectionSettings } from '../../../shared/settings/settings.ts';
import { findClusterDns } from '../../../webhook/injection/dns/cluster-dns.ts';
import { readImagePattern } from '../../../webhook/injection/facts/image.ts';
import type { InjectionContext } from '../../../webhook/injection/facts/injection-context.ts';
import type { JsonObject } from '../../../webhook/kubernetes/json.ts';
import { limitRangeItems } from '../../../webhook/injection/resources/limit-range.ts';

/**
 * A golden case: a folder with `pod.yaml`, and `settings.yaml` where something differs from the usual surroundings.
 * `result.yaml` and `injected.yaml` are written by `npm run test:golden -- --update` and read by a person.
 */
export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  readonly pod: JsonObject;
  readonly context: InjectionContext;
}

interface CaseSettings {
  namespace?: { name?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  limitRanges?: JsonObject[];
  /** The webhook's own resolv.conf. */
  resolvConf?: string;
  serverVersion?: { major: number; minor: number };
  userId?: number;
  alpineImages?: string[];
  injection?: Partial<InjectionSettings>;
  /** null: no webhook, as the command line has it. */
  now?: string | null;
}

const goldenFolder = join(import.meta.dirname, '../../golden');

const usual = readEnvironment(webhookSettings, {}).values;

/** What the kubelet writes for the webhook's own pod on a node with one search domain. */
export const usualResolvConf = `search alpine-resolver.svc.cluster.local svc.cluster.local cluster.local corp.example
nameserver 10.96.0.10
options ndots:5
`;

export function goldenCases(): GoldenCase[] {
  return readdirSync(goldenFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readCase(name, join(goldenFolder, name)));
}

export function goldenCase(name: string): GoldenCase {
  return readCase(name, join(goldenFolder, name));
}

function readCase(name: string, folder: string): GoldenCase {
  const settingsFile = join(folder, 'settings.yaml');
  const settings = existsSync(settingsFile) ? (parse(readFileSync(settingsFile, 'utf8')) as CaseSettings) : {};
  const pod = parse(readFileSync(join(folder, 'pod.yaml'), 'utf8')) as JsonObject;
  return { name, folder, pod, context: contextOf(settings) };
}

export function contextOf(settings: CaseSettings = {}): InjectionContext {
  const { namespace = {}, limitRanges = [], resolvConf = usualResolvConf, serverVersion, userId } = settings;
  const { injection, now = '2026-11-29T12:00:00.000Z' } = settings;
  return {
    namespace: {
      name: namespace.name ?? 'shop',
      labels: namespace.labels ?? { 'alpine-resolver.io/inject': 'enabled' },
      annotations: namespace.annotations ?? {},
    },
    ownNamespace: 'alpine-resolver',
    clusterDns: findClusterDns({ resolvConfText: resolvConf, ownNamespace: 'alpine-resolver' }),
    limitRanges: limitRanges.flatMap(limitRangeItems),
    serverVersion: serverVersion ?? { major: 1, minor: 34 },
    sidecarImage: 'registry.example/alpine-resolver/sidecar:1.2.3',
    alpineImages: (settings.alpineImages ?? usual.alpineImages).map(readImagePattern),
    dnsServerImages: usual.dnsServerImages,
    userId,
    injection: { ...injectionDefaults, ...injection },
    now: now ?? undefined,
    version: '1.2.3',
  };
}
