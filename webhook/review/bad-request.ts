/** The error of a request that is no fault of the webhook. */
import type { BadRequestStatus } from '../../shared/report/webhook-metric-table.ts';

/** A request that is no fault of ours: HTTP status and a sentence. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: BadRequestStatus;

  constructor(status: BadRequestStatus, message: string) {
    super(message);
    this.status = status;
  }
}
