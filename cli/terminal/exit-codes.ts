/** How a command ends, for scripts: one table for all of them. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** The answer is no, such as a pod that is refused; or a fault that was not expected, which may be one of this tool. */
  no: 1,
  /** Wrong use, or input that cannot be read. */
  usage: 2,
  /** A cluster or server cannot be reached, does not answer as it should, or a right is missing. */
  unreachable: 3,
  /** Ended by Ctrl-C (128 + SIGINT, as shells say it). */
  interrupted: 130,
} as const;

export type ExitCode = keyof typeof exitCodes;

/** What the codes mean where a command does not say more. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  done: 'done',
  no: 'the answer is no, such as a pod that is refused; or a fault not expected',
  usage: 'wrong use, or input that cannot be read',
  unreachable: 'a cluster or server cannot be reached or fails, or a right is missing',
  interrupted: 'interrupted',
};
