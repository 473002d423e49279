/** Something on the command line, or in a file that it names, that the user can put right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
