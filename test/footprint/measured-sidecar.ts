/** The sidecar as its image runs it, with an upstream that is no bottleneck and the code that the image has compiled. */
import {
  type ProcessOptions,
  imageNode,
  startSidecar,
  type SidecarProcess,
} from '../support/machine/sidecar-process.ts';
import { zoneName } from '../support/load/zone.ts';

export async function startMeasured(
  upstreamPort: number,
  program: string,
  more: Pick<ProcessOptions, 'node' | 'within'> = {},
): Promise<SidecarProcess> {
  const { nodeArguments, environment } = imageNode();
  return startSidecar({
    ...more,
    program,
    ...(nodeArguments && { nodeArguments }),
    environment: {
      ...environment,
      RESOLVER_ORIGINAL_RESOLV_CONF: `nameserver 127.0.0.1\nsearch ${zoneName}\noptions ndots:1 timeout:1 attempts:1\n`,
      RESOLVER_UPSTREAM_PORT: String(upstreamPort),
      RESOLVER_LOG_LEVEL: 'warn',
    },
  });
}

/** With it, what is measured is not what the image takes. */
export const codeUnused = 'compiled-code-unused';

/** For `runLoad`. */
export const pattern = `n%u.${zoneName}.glibc.internal`;
