/** What the servers of one candidate said before, and what they say now: `remembered-server` of each, over each transport. */
import type { SearchMemory } from '../cache/reply-cache.ts';
import { nameKey } from '../wire/name.ts';
import { RememberedServer } from './remembered-server.ts';
import type { Candidacy, MemorySettings, RememberedQuestions, Transport } from './remembered-server.ts';

export interface MemoryDependencies extends Pick<Candidacy, 'now' | 'randomId'> {
  readonly replyCache: SearchMemory;
}

export class RememberedReplies {
  readonly #candidacy: Candidacy;
  /** Most candidates ask one server. */
  readonly #udp: RememberedServer[] = [];
  /** Made when it is needed. */
  #tcp: RememberedServer[] | undefined;

  constructor(deps: MemoryDependencies, questions: RememberedQuestions, settings: MemorySettings) {
    const { replyCache: cache, now, randomId } = deps;
    this.#candidacy = { cache, now, randomId, questions, settings, nameKey: nameKey(questions.name) };
  }

  /** Of a server, by its key. */
  at(server: string, transport: Transport): RememberedServer {
    const servers = transport === 'udp' ? this.#udp : (this.#tcp ??= []);
    const known = find(servers, server);
    if (known !== undefined) return known;
    const remembered = new RememberedServer(this.#candidacy, server, transport);
    servers.push(remembered);
    return remembered;
  }

  /** The candidate is decided. */
  end(): void {
    for (const remembered of this.#udp) remembered.keep(this.#tcp && find(this.#tcp, remembered.server));
    for (const remembered of this.#tcp ?? []) remembered.keep();
  }
}

function find(servers: readonly RememberedServer[], key: string): RememberedServer | undefined {
  for (const remembered of servers) if (remembered.server === key) return remembered;
  return undefined;
}
