/** All cases of the clients. */
/** All cases. */
import type { Case } from './case.ts';
import { recordCases } from './records.ts';
import { searchCases } from './search.ts';
import { serverCases } from './servers.ts';

export const cases: readonly Case[] = [...searchCases, ...serverCases, ...recordCases];
