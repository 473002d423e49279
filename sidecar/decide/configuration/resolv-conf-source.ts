/**
 * Which text is the original configuration: the file, or the same as text from the environment.
 */
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';

export interface ResolvConfSources {
  /** `undefined`: cannot be read. */
  readonly file: string | undefined;
  /** RESOLVER_ORIGINAL_RESOLV_CONF. */
  readonly original: string | undefined;
  /** What is in use already. */
  readonly previous: ChosenText | undefined;
}

export interface ChosenText {
  /** `none`: there is no text at all. */
  readonly source: 'file' | 'original' | 'none';
  readonly text: string;
}

/**
 * A file that is gone or empty leaves what is in use. A readable file without nameserver gives way to the original text if that
 * names one; if neither does, the file stands and glibc's 127.0.0.1 is the server.
 */
export function chooseResolvConfText({ file, original, previous }: ResolvConfSources): ChosenText {
  const isUnusable = file === undefined || file.trim() === '';
  if (isUnusable && previous !== undefined) return previous;
  const asFile: ChosenText = file === undefined ? { source: 'none', text: '' } : { source: 'file', text: file };
  if (!isUnusable && namesServer(file)) return asFile;
  return original !== undefined && namesServer(original) ? { source: 'original', text: original } : asFile;
}

function namesServer(text: string): boolean {
  return parseResolvConf(text).hasNameserver;
}
