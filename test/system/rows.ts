/** The divergence list as data: what real glibc does, row by row. */
import { nameRows } from './rows/names.ts';
import { pairRows } from './rows/pairs.ts';
import type { Row } from './rows/row.ts';
import { searchRows } from './rows/search.ts';
import { serverRows } from './rows/servers.ts';
import { sizeRows } from './rows/size.ts';

export const rows: readonly Row[] = [...searchRows, ...pairRows, ...serverRows, ...sizeRows, ...nameRows];
