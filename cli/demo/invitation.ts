/** What to do while the demo goes on serving. */
import { sidecar as names } from '../../shared/values/names.ts';
import { heading, outputColumns, padded, print, printable, printText, styled } from '../terminal/output.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { PodFiles } from './pod-files.ts';
import { sidecarNews } from './sidecar-news.ts';
import type { StartedSidecar } from './stage.ts';

export interface InvitationParts {
  readonly files: PodFiles;
  readonly sidecar: StartedSidecar;
  /** Undefined: the nameservers are the user's. */
  readonly clusterDns: ClusterDns | undefined;
  readonly name: string;
}

export function printInvitation({ files, sidecar, clusterDns, name }: InvitationParts): void {
  const dig = (port: number, asked: string) => `dig @127.0.0.1 -p ${port} ${printable(asked)}`;
  const entries: [string, string][] = [
    [dig(sidecar.port, `${name}.${names.searchMarker}`), 'as a program in the pod asks the sidecar'],
    [dig(sidecar.port, name), 'without the marker: the name as it is'],
    ...(clusterDns === undefined ? [] : [[dig(clusterDns.port, name), 'the cluster DNS itself'] as [string, string]]),
    [`curl -s http://127.0.0.1:${sidecar.adminPort}/metrics`, "the sidecar's metrics"],
    [`$EDITOR ${files.originalFile}`, 'the sidecar follows your changes'],
  ];
  print(heading('3  Still serving, until Ctrl-C'));
  const columns = Math.max(...entries.map(([command]) => command.length)) + 2;
  const isWide = entries.every(([, meaning]) => 2 + columns + meaning.length <= outputColumns());
  for (const [command, meaning] of entries)
    if (isWide) print(`  ${padded(command, columns)}${styled('dim', meaning)}`);
    else print(`  ${styled('dim', `# ${meaning}`)}`, `  ${command}`);
}

/** Until the end: what a changed file makes the sidecar say. */
export function printNews({ program }: StartedSidecar): void {
  program.follow((line) => {
    const news = sidecarNews(line);
    if (news !== undefined) printText(news, line['level'] === 'info' ? 'cyan' : 'yellow');
  });
}
