/** Prints an explanation in the form that was asked for, and writes its page. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { standardInput } from '../manifests/text.ts';
import { explanationDocument } from '../report/explanation-document.ts';
import { explanationPage } from '../report/explanation-page.ts';
import { explanationText } from '../report/explanation-text.ts';
import type { Explanation } from '../report/explanation.ts';
import { formatDocument } from '../report/format-document.ts';
import { tracePage } from '../report/trace-page.ts';
import { traceDocument, traceText, wasTraceAnswered, type TracedLookup } from '../report/trace-text.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { outputColumns, print } from '../terminal/output.ts';
import { writeText } from '../terminal/streams.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { ExplainOptions } from './options.ts';

/** @param folder where the relative name of the page begins */
export function printExplanation(
  explanation: Explanation,
  { output, htmlFile }: Pick<ExplainOptions, 'output' | 'htmlFile'>,
  folder: string,
): void {
  if (htmlFile === standardInput) return writeText(explanationPage(explanation));
  if (htmlFile !== undefined) writePage(resolve(folder, htmlFile), explanationPage(explanation));
  if (output === 'table') print(...explanationText(explanation, outputColumns()));
  else writeText(formatDocument(explanationDocument(explanation), output));
}

/**
 * @param folder where the relative name of the page begins
 * @returns how the command ends
 */
export function printTrace(
  traced: TracedLookup,
  { output, htmlFile }: Pick<ExplainOptions, 'output' | 'htmlFile'>,
  folder: string,
): number {
  const isPageAlone = htmlFile === standardInput;
  if (htmlFile !== undefined && !isPageAlone) writePage(resolve(folder, htmlFile), tracePage(traced));
  if (isPageAlone) writeText(tracePage(traced));
  else if (output === 'table') print(...traceText(traced, outputColumns()));
  else writeText(formatDocument(traceDocument(traced), output));
  return wasTraceAnswered(traced.record) ? exitCodes.done : exitCodes.unreachable;
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new UsageError(`--html ${path} cannot be written: ${(error as Error).message}`);
  }
}
