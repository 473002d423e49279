/** The packages inside a bundle, and the licences that must be shipped with them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package whose code went into a bundle. */
export interface BundledPackage {
  readonly name: string;
  /** From the root of the project; the same package may be there in two versions. */
  readonly folder: string;
}

export function packagesIn(metafile: Metafile): BundledPackage[] {
  const found = new Map<string, BundledPackage>();
  for (const path of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path);
    const [, folder = '', name = ''] = match ?? [];
    if (match) found.set(folder, { name, folder });
  }
  return [...found.values()].toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The notices that must go along with the packages' code. */
export function licenceTexts(packages: readonly BundledPackage[], root: string): string {
  return packages.map((bundled) => licenceText(bundled, root)).join(`\n${'-'.repeat(78)}\n\n`);
}

function licenceText({ name, folder }: BundledPackage, root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    version: string;
    license?: string;
  };
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  const head = `${name} ${manifest.version}: ${manifest.license ?? 'licence in the text'}`;
  return `${[head, ...texts].join('\n\n')}\n`;
}
