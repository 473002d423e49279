import type { RequestHandler } from 'express';

/**
 * Bounds what all bodies under way may take together: every pod of the cluster can reach the port, and a few dozen bodies
 * of the largest size would end the process. Calls `refuse` for what is beyond; the API server then takes the call for
 * failed. A body without declared length counts as one of the largest.
 */
export function bodyBudget({ mostBytes, largestBytes, refuse }: BudgetOptions): RequestHandler {
  let underWay = 0;
  return (request, response, next) => {
    const declared = Number(request.headers['content-length'] ?? largestBytes);
    const bytes = Math.min(Number.isNaN(declared) ? largestBytes : declared, largestBytes);
    if (underWay + bytes > mostBytes) return refuse();
    underWay += bytes;
    response.once('close', () => {
      underWay -= bytes;
    });
    return next();
  };
}

export interface BudgetOptions {
  readonly mostBytes: number;
  /** What the body parser refuses to exceed. */
  readonly largestBytes: number;
  /** Throws. */
  refuse(): never;
}
