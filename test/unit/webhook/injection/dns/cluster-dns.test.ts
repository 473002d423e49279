/** The DNS of the cluster, from settings and the webhook's own file. */
import { expect, test } from 'vitest';
import { findClusterDns } from '../../../../../webhook/injection/dns/cluster-dns.ts';

const file = `search dns-ns.svc.cluster.example svc.cluster.example cluster.example corp.example. lan
nameserver 10.96.0.10
nameserver fd00::a
options ndots:5
`;
const ownNamespace = 'dns-ns';

test('servers, domain and node searches come from the file that the kubelet wrote', () => {
  expect(findClusterDns({ resolvConfText: file, ownNamespace })).toEqual({
    nameservers: ['10.96.0.10', 'fd00::a'],
    clusterDomain: 'cluster.example',
    nodeSearches: ['corp.example', 'lan'],
  });
});

test('settings win; what the file says of the cluster is not taken for a search of the node', () => {
  expect(
    findClusterDns({
      resolvConfText: file,
      ownNamespace,
      nameservers: ['169.254.20.10'],
      clusterDomain: 'other.example.',
    }),
  ).toEqual({ nameservers: ['169.254.20.10'], clusterDomain: 'other.example', nodeSearches: ['corp.example', 'lan'] });
});

test.each([
  ['empty', ''],
  ['of a node', 'search corp.example\nnameserver 192.0.2.53\n'],
  ['of another namespace', file.replace('dns-ns', 'other')],
  ['without a domain', 'search dns-ns.svc.\nnameserver 10.96.0.10\n'],
  ['without a nameserver', file.replace(/nameserver .*/g, '')],
])('a file %s does not tell', (_, resolvConfText) => {
  expect(findClusterDns({ resolvConfText, ownNamespace })).toBeUndefined();
});

test('a file of a node with both settings is enough; with one it is not', () => {
  const resolvConfText = 'search corp.example\nnameserver 192.0.2.53\n';
  expect(
    findClusterDns({ resolvConfText, ownNamespace, nameservers: ['10.96.0.10'], clusterDomain: 'cluster.local' }),
  ).toEqual({
    nameservers: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    nodeSearches: ['corp.example'],
  });
  // The nameserver of the node is not the cluster's.
  expect(findClusterDns({ resolvConfText, ownNamespace, clusterDomain: 'cluster.local' })).toBeUndefined();
});
