/** What must be there for a test to go on. */
export function present<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null) throw new Error('the test needs something that is not there');
  return value;
}
