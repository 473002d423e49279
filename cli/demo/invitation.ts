/** What to do while the demo goes on serving. */
import { sidecar as names } from '../../shared/names.ts';
import { heading, padded, print, styled } from '../terminal.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { PodFiles } from './pod-files.ts';
import type { StartedSidecar } from './stage.ts';

export interface InvitationParts {
  readonly files: PodFiles;
  readonly sidecar: StartedSidecar;
  /** Undefined: the nameservers are the user's. */
  readonly clusterDns: ClusterDns | undefined;
  readonly name: string;
}

export function printInvitation({ files, sidecar, clusterDns, name }: InvitationParts): void {
  const dig = (port: number, asked: string) => `dig @127.0.0.1 -p ${port} ${asked}`;
  const entries: [string, string][] = [
    [dig(sidecar.port, `${name}.${names.searchMarker}`), 'as a program in the pod asks the sidecar'],
    [dig(sidecar.port, name), 'without the marker: the name as it is'],
    ...(clusterDns === undefined ? [] : [[dig(clusterDns.port, name), 'the cluster DNS itself'] as [string, string]]),
    [`curl -s http://127.0.0.1:${sidecar.adminPort}/metrics`, "the sidecar's metrics"],
    [`$EDITOR ${files.originalFile}`, 'the sidecar follows your changes'],
  ];
  const columns = Math.max(...entries.map(([command]) => command.length)) + 2;
  print(heading('3  Still serving, until Ctrl-C'));
  for (const [command, meaning] of entries) print(`  ${padded(command, columns)}${styled('dim', meaning)}`);
}
