/** A bundle of the sidecar and the code that V8 has compiled of it. The image's build makes that code, a start uses it: the text must be the same. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

export interface CompiledBundle {
  /** What V8 has compiled of it until now, functions that were called included. */
  readonly script: Script;
  /** Whether code was given, and is of this bundle, this Node.js and its options. */
  readonly isCompiled: boolean;
  run(): void;
}

/** A CommonJS bundle; without `code` its functions are compiled when they are called. */
export function compileBundle(path: string, code?: Buffer): CompiledBundle {
  // The bundler writes other characters as escapes, and a string of one byte for each takes half of the memory.
  const text = readFileSync(path, 'latin1');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: path,
    ...(code && { cachedData: code }),
  });
  return {
    script,
    isCompiled: code !== undefined && script.cachedDataRejected !== true,
    run() {
      const module = { exports: {} };
      const wrapper = script.runInThisContext() as (...given: unknown[]) => void;
      wrapper(module.exports, createRequire(path), module, path, dirname(path));
    },
  };
}
