/** How a command ends that could not do what it was asked for. */
import { ClusterError } from './reader.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** A cluster that does not answer as it should is as little known as one that does not answer, whichever command asks. */
export function faultExitCode(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  return error instanceof ClusterError ? exitCodes.unreachable : exitCodes.no;
}
