/** The exit code of a fault, which is the same in every command, and stands in the table of each. */
import { expect, test } from 'vitest';
import { ClusterError } from '../../../cli/cluster/reader.ts';
import { commandDescriptions } from '../../../cli/commands.ts';
import { faultExitCode } from '../../../cli/cluster/fault-exit-code.ts';
import { UsageError } from '../../../cli/terminal/usage-error.ts';

test.each([
  [new UsageError('no such option'), 2],
  [new ClusterError('unreachable', 'no route'), 3],
  [new ClusterError('unauthorized', 'who are you'), 3],
  [new ClusterError('forbidden', 'a right is missing'), 3],
  [new ClusterError('failed', 'status 500'), 3],
  [new TypeError('undefined is not a function'), 1],
  ['thrown text', 1],
])('%s: %i', (error, expected) => {
  expect(faultExitCode(error)).toBe(expected);
});

test.each(commandDescriptions.map(({ name, ends }) => [name, ends] as const))(
  '%s tells of the code of an unexpected fault',
  (_name, ends) => {
    expect(ends).toEqual(expect.arrayContaining(['done', 'no', 'usage']));
  },
);
