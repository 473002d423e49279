/** What the failures of nameservers come to, as a table for each group of pods. */
import { muslTitle } from '../models/musl-choice.ts';
import type { Lookup } from '../report/comparison.ts';
import { padded, printable, shortened, styled, wrapped } from '../terminal/output.ts';
import type { WhatIfGroup, WhatIfRow } from './what-if.ts';

const nameColumns = 22;
const glibcColumns = 14;
const sidecarColumns = 16;

/** @param isAll rows in which all come to the same end, too */
export function whatIfText(groups: readonly WhatIfGroup[], isAll: boolean, columns: number): string[] {
  if (groups.length === 0) return [];
  return [
    styled('bold', 'What if'),
    ...wrapped(
      'Assumed: Services of the manifests exist, and other names are of the world outside. Times are played, not measured.',
      columns,
      '  ',
    ),
    ...groups.flatMap((group) => ['', ...groupText(group, isAll, columns)]),
  ];
}

function groupText(group: WhatIfGroup, isAll: boolean, columns: number): string[] {
  const { workloads, musl, hasSidecar, rows } = group;
  const shown = rows.filter(({ isDifferent }) => isAll || isDifferent);
  const [first = '', ...more] = workloads;
  const title = `${first}${more.length > 0 ? ` and ${more.length} like it` : ''}: ${muslTitle(musl.members, musl)}${hasSidecar ? ', with the sidecar' : ', without the sidecar'}`;
  const muslColumns = columns - 2 - nameColumns - glibcColumns - sidecarColumns;
  const head = `  ${padded('', nameColumns)}${padded('glibc', glibcColumns)}${padded('musl', muslColumns)}musl + sidecar`;
  const scenarios = [...new Set(shown.map(({ scenario }) => scenario))];
  return [
    ...wrapped(printable(title), columns).map((line) => styled('bold', line)),
    ...(shown.length === 0 ? ['  In all of it musl comes to the same end as glibc.'] : [styled('dim', head)]),
    ...scenarios.flatMap((scenario) => [
      `  ${scenario}`,
      ...alikeRows(shown.filter((row) => row.scenario === scenario)).map((rows) => rowText(rows, muslColumns)),
    ]),
  ];
}

/** Names that come to the same ends share a line. */
function alikeRows(rows: readonly WhatIfRow[]): WhatIfRow[][] {
  const alike = new Map<string, WhatIfRow[]>();
  for (const row of rows) {
    const key = cellsOf(row).join('|');
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  return [...alike.values()];
}

function cellsOf({ glibc, musl, sidecar }: WhatIfRow): [string, string, string] {
  const measure = glibc.addresses.length;
  return [cellText([glibc], measure), cellText(musl, measure), cellText(sidecar, measure)];
}

function rowText(rows: readonly WhatIfRow[], muslColumns: number): string {
  const [first, ...more] = rows;
  if (first === undefined) return '';
  const [glibc, musl, sidecar] = cellsOf(first);
  const others = more.length > 0 ? ` +${more.length}` : '';
  const name = `${shortened(printable(first.name), nameColumns - 3 - others.length)}${others}`;
  return [
    `    ${padded(name, nameColumns - 2)}`,
    padded(glibc, glibcColumns),
    padded(shortened(musl, muslColumns - 1), muslColumns),
    sidecar,
  ].join('');
}

/** `ok 5.0s`, `fails 10.0s`, `not found`; where releases of musl differ, each. */
export function cellText(lookups: readonly Lookup[], measure: number): string {
  return [...new Set(lookups.map((lookup) => lookupText(lookup, measure)))].join(' / ');
}

/** Shorter is not felt. */
const shownMs = 100;

function lookupText({ outcome, addresses, elapsedMs }: Lookup, measure: number): string {
  const time = elapsedMs < shownMs ? '' : ` ${(elapsedMs / 1000).toFixed(1)}s`;
  if (outcome === 'AGAIN') return `fails${time}`;
  if (outcome !== 'OK') return `not found${time}`;
  return `ok${addresses.length < measure ? ` ${addresses.length}/${measure}` : ''}${time}`;
}
