/** What the image starts: the sidecar's bundle beside it, with the code that the image's build has compiled (`scripts/code-cache.ts`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileBundle } from './compiled-bundle.ts';

const bundle = compileBundle(join(__dirname, 'sidecar.cjs'), compiledCode(join(__dirname, 'sidecar.code')));
// Nothing is wrong then but the time: another NODE_OPTIONS is enough.
if (!bundle.isCompiled) process.stderr.write('there is no compiled code for this Node.js and its options\n');
bundle.run();

function compiledCode(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
