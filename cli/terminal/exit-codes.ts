/** How a command ends, for scripts. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** The answer is no, such as a pod that is refused; or something failed that was no fault of the input. */
  no: 1,
  /** Wrong use, or input that cannot be read. */
  usage: 2,
} as const;
