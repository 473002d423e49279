/** What is wrong with a kubeconfig, without a word of what stands in it: next to the fault may be a token. */

export function kubeconfigFault(file: string, error: unknown): string {
  const { message, code, reason, mark } = error as Fault;
  // Of the file system, and names the file.
  if (code !== undefined) return message;
  if (reason === undefined) return `${file}: ${message.split('\n', 1)[0]}`;
  const place = mark === undefined ? file : `${file}:${mark.line + 1}:${mark.column + 1}`;
  return `${place}: ${reason.replace(quoted, ' …')}`;
}

/** The library does not export the error of its YAML parser (js-yaml). Its message quotes the lines around the fault. */
interface Fault extends Error {
  readonly code?: string;
  readonly reason?: string;
  /** Both from 0. */
  readonly mark?: { readonly line: number; readonly column: number };
}

/** The reason quotes what a value that begins with `*` or `!` names, and nothing follows it that is needed. */
const quoted = / ?(?:"|!<|: )[^]*/;
