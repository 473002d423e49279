/** What to do while the demo goes on serving. */
import { sidecar as names } from '../../shared/names.ts';
import { heading, print, styled } from '../terminal.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { PodFiles } from './pod-files.ts';
import type { Started, StartedSidecar } from './stage.ts';

export interface InvitationParts {
  readonly files: PodFiles;
  readonly sidecar: StartedSidecar;
  readonly webhook: Started;
  /** Undefined: the nameservers are the user's. */
  readonly clusterDns: ClusterDns | undefined;
  readonly name: string;
}

export function printInvitation({ files, sidecar, webhook, clusterDns, name }: InvitationParts): void {
  const entries: [string, string][] = [
    [`dig @127.0.0.1 -p ${sidecar.port} ${name}.${names.searchMarker}`, 'ask the sidecar as a program in the pod does'],
    [`dig @127.0.0.1 -p ${sidecar.port} ${name}`, 'without the marker: the name as it is'],
  ];
  if (clusterDns !== undefined)
    entries.push([`dig @127.0.0.1 -p ${clusterDns.port} ${name}`, 'ask the cluster DNS itself']);
  entries.push(
    [`curl -s http://127.0.0.1:${sidecar.adminPort}/metrics`, "the sidecar's metrics"],
    [`curl -sk https://127.0.0.1:${webhook.port}/mutate -d @review.json`, 'send the webhook a review of your own'],
    [`$EDITOR ${files.folder}/original-resolv.conf`, 'the sidecar follows your changes'],
  );
  const columns = Math.max(...entries.map(([command]) => command.length)) + 2;
  print(heading('3  Still serving, until Ctrl-C'));
  for (const [command, meaning] of entries)
    print(
      columns > 66
        ? `  ${command}\n      ${styled('dim', meaning)}`
        : `  ${command.padEnd(columns)}${styled('dim', meaning)}`,
    );
}
