/** What the image starts: the sidecar's bundle beside it, with the code that the image's build has compiled (`scripts/code-cache.ts`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileBundle } from './compiled-bundle.ts';

const code = compiledCode(join(__dirname, 'sidecar.code'));
const bundle = compileBundle(join(__dirname, 'sidecar.cjs'), process, code);
// The bundle logs it. Nothing is wrong then but the time.
bundle.run(code === undefined ? 'there is none' : bundle.refused);

function compiledCode(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
