import type { MessageView } from './message-view.ts';
import { equalNames } from './name.ts';
import type { WireName } from './name.ts';

/** A question that was asked upstream. */
export interface AskedQuestion {
  readonly name: WireName;
  readonly type: number;
  readonly class: number;
}

/**
 * The message has exactly one question and it is the one asked, whatever the letter case of its name
 * (glibc `__libc_res_queriesmatch`).
 */
export function questionMatches(view: MessageView, asked: AskedQuestion): boolean {
  const { question } = view;
  return (
    view.qdcount === 1 &&
    question !== undefined &&
    question.type === asked.type &&
    question.class === asked.class &&
    equalNames(question.name, asked.name)
  );
}
