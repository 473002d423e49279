/** BusyBox as Alpine has it, with the two applets that resolve names: its own `nslookup`, and `wget` by libc. */
import { buildBusybox } from './busybox.ts';

/** Debian 12, as the machine. */
const suite = 'bookworm';

const options = [
  'BUSYBOX',
  'FEATURE_IPV6',
  'FEATURE_NSLOOKUP_BIG',
  'FEATURE_NSLOOKUP_LONG_OPTIONS',
  'FEATURE_WGET_LONG_OPTIONS',
  'FEATURE_WGET_TIMEOUT',
  'LFS',
  'LONG_OPTS',
  'NSLOOKUP',
  'WGET',
];

export function buildClientBusybox(compiler: 'gcc' | 'musl-gcc'): Promise<string> {
  return buildBusybox({ name: compiler, suite, options, compiler });
}
