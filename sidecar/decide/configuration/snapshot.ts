/** The configuration as a lookup sees it, fixed for its whole life; a change of a file makes a new one. */
import type { ResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { WireName } from '../../wire/name.ts';
import type { Routing } from './routing.ts';
import type { HostsRules } from '../hosts/hosts-plan.ts';
import type { TtlRules } from '../reply/reply-ttl.ts';
import type { HostsTable } from '../hosts/hosts-table.ts';

export type Mode = 'marker' | 'plain' | 'as-is';

/** Everything a lookup needs to know, fixed for its whole life. */
export interface ConfigurationSnapshot {
  readonly resolvConf: ResolvConf;
  readonly upstreamPort: number;
  /** The same object as long as nothing of it changes, as `resolvConf`. */
  readonly routing: Routing;
  readonly mode: Mode;
  /** The search marker in wire form. */
  readonly marker: WireName;
  /** Search domains behind the marker in the file that the containers see: where a client goes on after a failed search. */
  readonly domainsBehindMarker: readonly WireName[];
  readonly hosts: HostsTable;
  /** The file that the containers see has `trust-ad`: an AD bit then says nothing about the client. */
  readonly trustAdInPodFile: boolean;
  readonly settings: LookupSettings;
  /** `host:port` of every bound listener, wildcards expanded: a server among them is DEAD. */
  readonly ownAddresses: ReadonlySet<string>;
}

export interface LookupSettings {
  readonly hostNameFilter: boolean;
  readonly hosts: HostsRules;
  /** One search in so many is logged with its record; 0: none. */
  readonly queryLog: number;
  readonly queryLogRedacted: boolean;
  readonly ttls: TtlRules;
  /** Dots that a name needs to be sent to a nameserver as it is. */
  readonly minForwardedDots: number;
  /** The hosts files alone answer. */
  readonly hostsOnly: boolean;
  /** AAAA is answered as `no-aaaa` answers it, to whoever asks. */
  readonly filterAaaa: boolean;
  /** What is told to who asks in the class CHAOS. */
  readonly chaosTexts: { readonly version: string; readonly hostName: string } | undefined;
  /** Records in a TCP answer to a query without EDNS; 0 is no limit. */
  readonly maxTcpRecordsWithoutEdns: number;
  readonly keepSurvivingHalf: boolean;
  /** Each nameserver is asked whether it leads back to this process. */
  readonly findLoops: boolean;
  /** Silent servers are remembered across lookups. */
  readonly serverMemory: boolean;
  /** Sockets that stay open for a silent server. */
  readonly maxLingeringSockets: number;
  readonly ptrFirstOnly: boolean;
  /** Candidates that are asked before their turn, and with how many searches under way none is any more. */
  readonly maxSearchAhead: number;
  readonly maxSearchesAhead: number;
  /** Of both caches; 0 where neither is used. */
  readonly maxCacheBytes: number;
  readonly replyCache: boolean;
  readonly answerCache: boolean;
  readonly maxCacheSeconds: number;
  readonly maxNegativeCacheSeconds: number;
  readonly maxCacheSecondsWithoutSoa: number;
  /** The addresses of an answer from memory are turned by one with every reply. */
  readonly rotateAnswers: boolean;
  /** Answers that are used are asked for anew before their lifetime is over. */
  readonly prefetch: boolean;
  /** How long beyond their lifetime answers may be given where searches fail; 0: none is. */
  readonly serveStaleMs: number;
  readonly pairWindowMs: number;
  /** Searches under way at once. */
  readonly maxSearches: number;
}
