/** Generates docs/musl-divergences.md from the table of divergences. */
import { muslDivergences, type MuslDivergence } from '../../cli/report/musl-divergences.ts';
import { generatedFrom } from './markdown.ts';

/** docs/musl-divergences.md */
export function muslDivergencesPage(): string {
  const entries: [string, MuslDivergence][] = Object.entries(muslDivergences);
  return `${generatedFrom('cli/report/musl-divergences.ts')}
# In what musl and glibc part

musl is what Alpine resolves names with. [\`alpine-resolver explain NAME\`](cli.md#explain) shows at which name and reply it parts
from glibc, and gives these numbers. With the sidecar all of them are gone but for what stands in
[residual divergences](residual-divergences.md), whose numbers begin with V.

${entries.map(([number, divergence]) => sectionOf(number, divergence)).join('\n')}`;
}

function sectionOf(number: string, { title, musl, glibc, since }: MuslDivergence): string {
  return `## ${number}

**${title.replace(/^"?./, (letter) => letter.toUpperCase())}**${since === undefined ? '' : ` (${since})`}

* musl ${musl}
* glibc ${glibc}
`;
}
