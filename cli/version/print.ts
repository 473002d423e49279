/** Prints what `version` found, and says how the command ends. */
import { faultExitCode } from '../cluster/fault-exit-code.ts';
import type { ClusterError } from '../cluster/reader.ts';
import { formatDocument } from '../report/format-document.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { outputColumns, print } from '../terminal/output.ts';
import type { OutputFormat } from '../terminal/output-format.ts';
import { writeText } from '../terminal/streams.ts';
import type { UsageError } from '../terminal/usage-error.ts';
import { isWhole, type Versions } from './versions.ts';
import { versionsDocument, versionsText } from './versions-text.ts';

/**
 * @param fault why the cluster is not known, if it is not
 * @returns how the command ends
 */
export function printVersions(versions: Versions, output: OutputFormat, fault?: ClusterError | UsageError): number {
  if (output === 'table') print(...versionsText(versions, outputColumns()));
  else writeText(formatDocument(versionsDocument(versions), output));
  if (fault !== undefined) return faultExitCode(fault);
  if (versions.cluster?.isKnown === true && !versions.cluster.value.isComplete) return exitCodes.interrupted;
  return isWhole(versions) ? exitCodes.done : exitCodes.unreachable;
}
