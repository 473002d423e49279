/** The resolv.conf that the containers of an injected pod see, written down a second time. */
import { readGlibcConfiguration } from '../../cli/models/glibc-configuration.ts';

export type Mode = 'marker' | 'plain';

export const MARKER = 'glibc.internal';

export function rewrittenFile(original: string, mode: Mode, sidecar: string): string {
  const trustAd = readGlibcConfiguration(original, '', 53).flags.has('trust-ad') ? ' trust-ad' : '';
  const search = mode === 'marker' ? `search ${MARKER}\n` : '';
  const ndots = mode === 'marker' ? 15 : 0;
  return `nameserver ${sidecar}\n${search}options ndots:${ndots} timeout:10 attempts:5${trustAd}\n`;
}
