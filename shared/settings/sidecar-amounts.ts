/** What the sidecar asks for where nothing is set, and what it cannot do without. Texts are quantities of Kubernetes. */

/**
 * In MiB, from `npm run bench -- memory` and the worst of the floods of `npm run test:weak-spots`; `npm run test:footprint` holds
 * the process to them.
 */
const measuredMebibytes = {
  /** Of the process's own, when it has had nothing to do for half a minute, and at most. */
  idle: 13,
  peak: 70,
  /** Pages of the binary of Node.js that are in use at rest, and all that a container may be charged for. */
  residentBinary: 35,
  binary: 45,
  /** Buffers of sockets and page tables. */
  kernel: 13,
} as const;

const { idle, peak, residentBinary, binary, kernel } = measuredMebibytes;
const memoryLimit = `${peak + binary + kernel}Mi`;

export const sidecarAmounts = {
  cpu: {
    // A few millicores do at rest; more is used under load alone.
    request: '10m',
    limit: '250m',
    guaranteed: '100m',
    // With less the process does not start in time.
    minLimit: '100m',
    minRequest: '1m',
    max: '256',
  },
  memory: {
    measuredMebibytes,
    request: `${idle + residentBinary}Mi`,
    limit: memoryLimit,
    guaranteed: memoryLimit,
    // What was measured is what it needs: as the first of its image on a node, with all pages of the binary charged to it, it
    // answers nothing behind silent servers with 96, and does with 100; the rest is what differs from machine to machine.
    minLimit: memoryLimit,
    minRequest: '1Mi',
    max: '1Ti',
  },
} as const;
