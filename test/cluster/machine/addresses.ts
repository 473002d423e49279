/**
 * Addresses and names inside the cluster's own network.
 * Pods and services use 198.18.0.0/15 (RFC 2544, benchmarks), the node and what lies outside the cluster 192.0.2.0/24 (RFC 5737).
 */
export const nodeName = 'node';
export const nodeAddress = '192.0.2.10';
export const nodePrefixLength = 24;
export const gatewayAddress = '192.0.2.1';
/** The resolver outside the cluster: the node's own, and the one to which the cluster DNS forwards. */
export const outsideDnsAddress = '192.0.2.53';
/** What a cloud's DHCP would put into the node's resolv.conf. */
export const nodeSearchDomain = 'corp.test';

export const podRange = '198.18.0.0/16';
export const serviceRange = '198.19.0.0/16';
export const apiServiceAddress = '198.19.0.1';
export const clusterDnsAddress = '198.19.0.10';
export const clusterDomain = 'cluster.local';
export const apiServerUrl = `https://${nodeAddress}:6443`;
