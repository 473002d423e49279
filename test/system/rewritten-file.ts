/** The resolv.conf that the containers of an injected pod see: semantics §1.1, written down a second time. */
export type Mode = 'marker' | 'plain';

export const MARKER = 'glibc.internal';

export function rewrittenFile(original: string, mode: Mode, sidecar: string): string {
  const trustAd = /^options\s.*\btrust-ad\b/m.test(original) ? ' trust-ad' : '';
  const search = mode === 'marker' ? `search ${MARKER}\n` : '';
  const ndots = mode === 'marker' ? 15 : 0;
  return `nameserver ${sidecar}\n${search}options ndots:${ndots} timeout:10 attempts:5${trustAd}\n`;
}
