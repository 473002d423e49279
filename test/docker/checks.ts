/** What has to hold, told line by line. */

export interface Checks {
  /** `difference`: undefined where it holds. */
  hold(what: string, difference: string | undefined): void;
  same(what: string, found: string, expected: string): void;
  fail(what: string, why: string): void;
  /** Prints the sum, and gives the exit code. */
  end(): number;
}

export function createChecks(): Checks {
  let passed = 0;
  const failures: string[] = [];
  const fail = (what: string, why: string): void => {
    failures.push(what);
    console.log(`FAILED  ${what}: ${why}`);
  };
  const hold = (what: string, difference: string | undefined): void => {
    if (difference !== undefined) return fail(what, difference);
    passed += 1;
    console.log(`ok      ${what}`);
  };
  return {
    hold,
    same: (what, found, expected) =>
      hold(what, found === expected ? undefined : `${found.trimEnd()}, not ${expected.trimEnd()}`),
    fail,
    end() {
      console.log(`${passed} passed, ${failures.length} failed`);
      return failures.length === 0 && passed > 0 ? 0 : 1;
    },
  };
}

/** Up to five of what differs, for a line. */
export function listed(differences: readonly string[]): string | undefined {
  if (differences.length === 0) return undefined;
  const more = differences.length > 5 ? `, and ${differences.length - 5} more` : '';
  return `${differences.slice(0, 5).join('; ')}${more}`;
}
