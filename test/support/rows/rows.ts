/** The divergence list as data: what real glibc does, row by row. */
import { nameRows } from './names.ts';
import { pairRows } from './pairs.ts';
import type { Row } from './row.ts';
import { searchRows } from './search.ts';
import { serverRows } from './servers.ts';
import { sizeRows } from './size.ts';

export const rows: readonly Row[] = [...searchRows, ...pairRows, ...serverRows, ...sizeRows, ...nameRows];
