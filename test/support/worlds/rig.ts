/**
 * What the system tests need from the machine, and what of it is missing here. A missing part is said
 * loudly and its tests do not run; with CI=true it is a failure.
 */
import { expect, test } from 'vitest';
import { provideLibcs, type Libc, type LibcName } from './libcs.ts';
import { provideNamespaces } from './namespaces.ts';
import { isSidecarBuilt } from './sidecar.ts';

export interface Rig {
  libcs: Partial<Record<LibcName, Libc>>;
  /** Private namespaces can be made. */
  hasWorlds: boolean;
  hasSidecar: boolean;
  /** What does not run, and why. */
  missing: readonly string[];
}

export async function provideRig(): Promise<Rig> {
  const missing: string[] = [];
  const hasWorlds = await provideNamespaces().then(
    () => true,
    (error: unknown) => {
      missing.push(`real C libraries in namespaces: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    },
  );
  const libcs = await provideLibcs();
  for (const [name, reason] of Object.entries(libcs.missing)) missing.push(`${name}: ${reason}`);
  const hasSidecar = isSidecarBuilt();
  if (!hasSidecar) missing.push('the sidecar: dist/sidecar.cjs is not there, build it with: npm run build');
  return { libcs: hasWorlds ? libcs.available : {}, hasWorlds, hasSidecar, missing };
}

/** One test that says what is missing: it fails with CI=true, else it is shown as skipped. */
export function reportMissing(rig: Rig): void {
  const isStrict = process.env['CI'] === 'true';
  for (const reason of rig.missing) console.error(`NOT RUN: ${reason}`);
  test('every part of the rig is here', ({ skip }) => {
    if (!isStrict && rig.missing.length > 0) skip(`NOT RUN: ${rig.missing.join('; ')}`);
    expect(rig.missing).toEqual([]);
  });
}
