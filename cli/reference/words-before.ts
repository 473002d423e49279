/** What the words in front of the cursor say of a cluster. */
import type { OptionDefinition } from '../terminal/arguments.ts';
import type { ClusterTarget } from '../terminal/cluster-target.ts';

/** undefined: they name files, and no cluster is asked. */
export function givenTarget(
  before: readonly string[],
  options: readonly OptionDefinition[],
): ClusterTarget | undefined {
  if (valueIn(before, 'filename', options) !== undefined) return undefined;
  return {
    kubeconfig: valueIn(before, 'kubeconfig', options),
    context: valueIn(before, 'context', options),
    as: valueIn(before, 'as', options),
    namespace: valueIn(before, 'namespace', options),
  };
}

export function optionOf(text: string, options: readonly OptionDefinition[]): OptionDefinition | undefined {
  return options.find(
    ({ name, short, aliases = [] }) =>
      text === `--${name}` || text === `-${short}` || aliases.some((alias) => text === `--${alias}`),
  );
}

/** Of `--name value`, `--name=value`, `-n value` and `-nvalue`. */
function valueIn(words: readonly string[], name: string, options: readonly OptionDefinition[]): string | undefined {
  for (const [i, word] of words.entries()) {
    if (optionOf(word, options)?.name === name) return words[i + 1];
    const [, start = '', value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? /^(-[a-zA-Z])(.+)$/s.exec(word) ?? [];
    if (optionOf(start, options)?.name === name) return value;
  }
  return undefined;
}
