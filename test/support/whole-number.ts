/** A number on a command line. */

/** Throws an error whose message is for the one who typed the command. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most)
    throw new Error(`${option} is a whole number of ${least} to ${most}, not ${JSON.stringify(text)}`);
  return value;
}
