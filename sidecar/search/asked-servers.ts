/** The servers of one candidate, the questions that go to them, and their replies as events; over either transport. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { SearchServer } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { isOwn } from '../decide/configuration/upstream-fault.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import type { ExpectedReply } from '../wire/classify-reply.ts';
import { recordClasses } from '../wire/iana.ts';
import { buildQuery } from '../wire/query.ts';
import type { CandidateQuestions, CandidateSocketsDependencies } from './candidate-seams.ts';
import { readReply } from './upstream-reply.ts';
import type { AcceptedReply } from './upstream-reply.ts';

/** `server`: index into the configured ones. */
export class AskedServers {
  readonly #deps: CandidateSocketsDependencies;
  readonly #snapshot: ConfigurationSnapshot;
  readonly #servers: readonly SearchServer[];
  readonly #questions: CandidateQuestions;
  /** Of the replies, until the candidate is decided. */
  #heldBytes = 0;

  constructor(
    deps: CandidateSocketsDependencies,
    snapshot: ConfigurationSnapshot,
    servers: readonly SearchServer[],
    questions: CandidateQuestions,
  ) {
    this.#deps = deps;
    this.#snapshot = snapshot;
    this.#servers = servers;
    this.#questions = questions;
  }

  get maxLingeringSockets(): number {
    return this.#snapshot.settings.maxLingeringSockets;
  }

  /** Undefined: there is none, or it is, or leads to, this process. */
  addressOf(server: number): ServerAddress | undefined {
    const asked = this.#servers[server];
    if (asked === undefined || isOwn(asked.address, this.#snapshot) || this.#deps.isLooping(asked.key))
      return undefined;
    return asked.address;
  }

  /** As in metrics. */
  nameOf(server: number): string {
    return this.#servers[server]?.name ?? '';
  }

  keyOf(server: number): string {
    return this.#servers[server]?.key ?? '';
  }

  timeoutMs(server: number): number {
    return this.#servers[server]?.timeoutMs ?? 0;
  }

  query(half: Half, id: number): Uint8Array {
    const questions = this.#questions;
    const { rd, ad, cd, edns } = questions.queryFields();
    return buildQuery({ id, name: questions.name, type: questions.typeOf(half), rd, ad, cd, edns });
  }

  expected(half: Half, id: number): ExpectedReply {
    return { id, name: this.#questions.name, type: this.#questions.typeOf(half), class: recordClasses.IN };
  }

  reply(half: Half, server: number, taken: AcceptedReply, message: Uint8Array, receivedAt: number): TurnEvent {
    this.hold(message);
    const reply = readReply(taken, message, this.#questions, half, receivedAt);
    this.#deps.observe.reply(this.nameOf(server), reply.class);
    return { type: 'reply', half, reply };
  }

  hold(message: Uint8Array): void {
    this.#heldBytes += message.length;
    this.#deps.hold(message.length);
  }

  /** It waits no longer, or is held for something else. */
  letGo(message: Uint8Array): void {
    this.#heldBytes -= message.length;
    this.#deps.hold(-message.length);
  }

  release(): void {
    this.#deps.hold(-this.#heldBytes);
    this.#heldBytes = 0;
  }
}
