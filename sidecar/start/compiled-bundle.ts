/** A bundle of the sidecar and the code that V8 has compiled of it. The image's build makes that code, a start uses it: the text must be the same. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

export interface CompiledBundle {
  /** Why the code that was given is not used. */
  readonly refused: string | undefined;
  /** Gives what it exports. `codeUnused` is what it is told of its code. */
  run(codeUnused?: string): unknown;
  /** What V8 has compiled of it until now, functions that were called included. */
  code(): Buffer;
}

const parameters = ['exports', 'require', 'module', '__filename', '__dirname', 'ALPINE_RESOLVER_CODE_UNUSED'];
const head = `(function (${parameters.join(', ')}) {`;

/** Of the process. Node.js has patches of its own in V8, which V8's version does not tell. */
export interface Runtime {
  readonly version: string;
  readonly arch: string;
}

/** A CommonJS bundle; without code of it, which `code()` gave, its functions are compiled when they are called. */
export function compileBundle(path: string, { version, arch }: Runtime, code?: Buffer): CompiledBundle {
  const text = readFileSync(path);
  const runtime = Buffer.from(`${version} ${arch}`);
  const given = code && codeFor(text, runtime, code);
  // The bundler writes other characters as escapes, and a string of one byte for each takes half of the memory.
  const script = new Script(`${head}${text.toString('latin1')}\n})`, {
    filename: path,
    columnOffset: -head.length,
    ...(given && { cachedData: given }),
  });
  return {
    refused: code && whyRefused(given, script),
    run(codeUnused) {
      const module = { exports: {} };
      const wrapper = script.runInThisContext() as (...given: unknown[]) => void;
      wrapper(module.exports, createRequire(path), module, path, dirname(path), codeUnused);
      return module.exports;
    },
    code: () => Buffer.concat([script.createCachedData(), text, runtime]),
  };
}

/**
 * V8 compares no more of a text than its length, and would run what was compiled of another one. So the text lies behind the code, and to
 * compare all of it takes less time than any sum of it.
 */
function codeFor(text: Buffer, runtime: Buffer, code: Buffer): Buffer | undefined {
  const runtimeAt = code.length - runtime.length;
  const textAt = runtimeAt - text.length;
  const isOfThis =
    textAt > 0 && code.subarray(textAt, runtimeAt).equals(text) && code.subarray(runtimeAt).equals(runtime);
  return isOfThis ? code.subarray(0, textAt) : undefined;
}

function whyRefused(given: Buffer | undefined, { cachedDataRejected }: Script): string | undefined {
  if (given === undefined) return 'it was compiled of another bundle, or for another Node.js';
  return cachedDataRejected === true ? 'it was compiled with other options of V8' : undefined;
}
