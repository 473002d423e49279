/**
 * Runs work that an outside event starts (a datagram, a timer, a reply) so that a fault in one query never ends the
 * process: the fault is reported and the next event is served. This is the only catch around the packet loop.
 * Returns whether the work ended without an exception.
 */
export type Guard = (work: () => void) => boolean;

export function createGuard(report: (error: unknown) => void): Guard {
  return (work) => {
    try {
      work();
      return true;
    } catch (error) {
      report(error);
      return false;
    }
  };
}
