/**
 * Finds nameservers that lead back to this process: asks each for a random name, and sees whether the query for it comes in.
 * Performs what `decide/search/loops` decides.
 */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { SearchServer } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { isOwn } from '../decide/configuration/upstream-fault.ts';
import {
  loopAskAgainMs,
  loopPath,
  loopRepeatsMs,
  loopWaitMs,
  stepLoop,
  unaskedServer,
} from '../decide/search/loops.ts';
import type { LoopEvent, LoopRecord } from '../decide/search/loops.ts';
import { serverName } from '../decide/search/silent-servers.ts';
import type { UdpExchangeEvents, UpstreamPort } from '../ports/upstream.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import { recordClasses, recordTypes } from '../wire/iana.ts';
import { encodeName, nameKey, rootName } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import { buildQuery } from '../wire/query.ts';

/** Servers are named by the keys of `decide/search/silent-servers`. */
export interface LoopCheck {
  /** Asks the servers that were not there before, and forgets those that are no more. */
  configure(servers: readonly SearchServer[], snapshot: ConfigurationSnapshot): void;
  /** Whether a query for the name is one of ours that came back. */
  takes(name: WireName): boolean;
  isLooping(key: string): boolean;
}

export interface LoopCheckDependencies {
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** An unpredictable 16-bit number. */
  readonly randomId: () => number;
  readonly upstream: UpstreamPort;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly log: Log;
}

interface Server {
  readonly key: string;
  readonly address: ServerAddress;
  record: LoopRecord;
  /** Ends what is under way. */
  end: () => void;
}

/** Nobody else has this domain (ICANN reserves `internal` for private use). */
const probeDomain = 'loop.alpine-resolver.internal';

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the servers that are asked
export function createLoopCheck({ setTimer, randomId, upstream, metrics, log }: LoopCheckDependencies): LoopCheck {
  let servers: ReadonlyMap<string, Server> = new Map();
  const byName = new Map<string, Server>();

  function happen(server: Server, event: LoopEvent): void {
    const { record, news } = stepLoop(server.record, event);
    server.record = record;
    if (news === undefined) return;
    report();
    if (news === 'ends') log.info('server-loop-ended', { server: server.key });
    else log.warn('server-dead', { server: server.key, reason: 'loop', path: loopPath(server.address) });
  }

  function report(): void {
    metrics.clear('alpine_resolver_server_dead_info');
    for (const { record, address } of servers.values()) {
      const labels = { server: serverName(address), reason: 'loop' } as const;
      if (record.isLooping) metrics.set('alpine_resolver_server_dead_info', 1, labels);
    }
  }

  function ask(server: Server): void {
    server.end();
    const name = randomName(randomId);
    const id = randomId();
    const question = { id, name, type: recordTypes.TXT, class: recordClasses.IN };
    const events: UdpExchangeEvents = {
      message(bytes) {
        if (classifyReply(bytes, question, 'udp').accept === true) happen(server, { type: 'replied' });
      },
      failed() {},
    };
    const exchange = upstream.openUdp(server.address, events, 0);
    const send = (): void => exchange.send(buildQuery({ ...question, rd: true, ad: false }));
    const timers = [
      ...loopRepeatsMs.map((afterMs) => setTimer(afterMs, () => server.record.isAsked && send())),
      setTimer(loopWaitMs, () => {
        server.end();
        if (server.record.isLooping) server.end = setTimer(loopAskAgainMs, () => ask(server));
      }),
    ];
    server.end = () => {
      server.end = () => {};
      for (const cancel of timers) cancel();
      exchange.close();
      byName.delete(nameKey(name));
      happen(server, { type: 'over' });
    };
    byName.set(nameKey(name), server);
    happen(server, { type: 'asked' });
    send();
  }

  /** What is our own needs no question. */
  function known(key: string, address: ServerAddress, snapshot: ConfigurationSnapshot): Server {
    const server = servers.get(key) ?? { key, address, record: unaskedServer, end: () => {} };
    const isNew = !servers.has(key);
    if (!isOwn(address, snapshot)) return isNew || server.record === ownServer ? asked(server) : server;
    if (server.record === ownServer) return server;
    server.end();
    server.record = ownServer;
    log.warn('server-dead', { server: key, reason: 'loop', path: 'its address is our own' });
    return server;
  }

  function asked(server: Server): Server {
    server.record = unaskedServer;
    ask(server);
    return server;
  }

  return {
    configure(configured, snapshot) {
      const wanted = snapshot.settings.findLoops ? configured : [];
      const next = new Map(wanted.map(({ key, address }) => [key, known(key, address, snapshot)] as const));
      for (const [key, server] of servers) if (!next.has(key)) server.end();
      servers = next;
      report();
    },
    takes(name) {
      const server = byName.size === 0 ? undefined : byName.get(nameKey(name));
      if (server === undefined) return false;
      happen(server, { type: 'came-back' });
      return true;
    },
    isLooping: (key) => servers.get(key)?.record.isLooping === true,
  };
}

const ownServer: LoopRecord = { isAsked: false, cameBack: false, isLooping: true };

/** 128 bits of chance. */
function randomName(randomId: () => number): WireName {
  const label = Array.from({ length: 8 }, () => randomId().toString(16).padStart(4, '0')).join('');
  return encodeName(`${label}.${probeDomain}`) ?? rootName;
}
