/** Writes the files that derive from the tables. A unit test holds that they are current. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchPages } from '../bench/report/pages.ts';
import { cliPage } from './generate/cli-page.ts';
import { decisionsIndex } from './generate/decisions-index.ts';
import { fromAlpineKubernetesPage } from './generate/from-alpine-kubernetes-page.ts';
import { fromDnsdockPage } from './generate/from-dnsdock-page.ts';
import { fromGoDnsmasqPage } from './generate/from-go-dnsmasq-page.ts';
import { installManifest } from './generate/install-manifest.ts';
import { logEventsPage } from './generate/log-events-page.ts';
import { manPage } from './generate/man-page.ts';
import { metricsPage } from './generate/metrics-page.ts';
import { muslDivergencesPage } from './generate/musl-divergences-page.ts';
import { reasonPages, reasonsPage } from './generate/reasons-page.ts';
import { settingsPage } from './generate/settings-page.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

export interface Generator {
  /** Path of the generated file, from the root of the project. */
  readonly path: string;
  text(): string | Promise<string>;
}

export const generators: readonly Generator[] = [
  { path: 'docs/settings.md', text: settingsPage },
  { path: 'docs/from-alpine-kubernetes.md', text: fromAlpineKubernetesPage },
  { path: 'docs/from-go-dnsmasq.md', text: fromGoDnsmasqPage },
  { path: 'docs/from-dnsdock.md', text: fromDnsdockPage },
  { path: 'docs/metrics.md', text: metricsPage },
  { path: 'docs/log-events.md', text: logEventsPage },
  { path: 'docs/reasons.md', text: reasonsPage },
  ...reasonPages,
  { path: 'docs/cli.md', text: cliPage },
  { path: 'docs/musl-divergences.md', text: muslDivergencesPage },
  { path: 'docs/man/alpine-resolver.1', text: manPage },
  { path: 'docs/decisions/README.md', text: decisionsIndex },
  { path: 'manifests/install.yaml', text: installManifest },
  ...benchPages(),
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of generators) {
    const file = resolve(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await text());
    console.log(path);
  }
}
