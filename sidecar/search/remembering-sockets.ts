/**
 * The sockets of one candidate, with a memory in front of them: what a server said before is an event at once, in place of a
 * question; what it says now is remembered.
 */
import type { UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import type { CandidateSockets, CandidateSocketsEvents } from './candidate-sockets.ts';
import type { RememberedReplies } from './remembered-replies.ts';
import type { RememberedReply, RememberedServer, Transport } from './remembered-server.ts';
import { readReply } from './upstream-reply.ts';
import type { ReadQuestions } from './upstream-reply.ts';

export interface MemorySurroundings {
  readonly questions: ReadQuestions;
  /** Keys of the servers, by index. */
  readonly serverKey: (server: number) => string;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  readonly recalled: (server: number, reply: UpstreamReply) => void;
  /** Replies that wait for something came to so many bytes more, or less. */
  readonly hold: (bytes: number) => void;
}

export interface RememberingSockets extends CandidateSockets {
  /** No sibling comes: what is remembered of the only question is used. */
  windowOver(): void;
}

/** `open` opens the sockets themselves, with the events that they shall raise. */
// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function openRememberingSockets(
  memory: RememberedReplies,
  { questions, serverKey, afterRead, recalled, hold }: MemorySurroundings,
  events: CandidateSocketsEvents,
  open: (events: CandidateSocketsEvents) => CandidateSockets,
): RememberingSockets {
  let server = 0;
  let transport: Transport = 'udp';
  let isOver = false;
  let heldBytes = 0;
  /** A connection that is not open, because nothing was asked over it. */
  let unopened = false;

  const sockets = open({
    isAwaited: events.isAwaited,
    arrived: (event) => events.arrived(noted(event)),
  });

  const remembered = (): RememberedServer => memory.at(serverKey(server), transport);

  function noted(event: TurnEvent): TurnEvent {
    if (event.type !== 'reply') return event;
    const { half, reply } = event;
    const kept = remembered().note(half, reply.message, reply.class);
    return { type: 'reply', half, reply: { ...reply, kept } };
  }

  /** As if the server had just sent it. */
  function eventOf({ half, message, times }: RememberedReply): TurnEvent[] {
    const id = ((message[0] ?? 0) << 8) | (message[1] ?? 0);
    const question = { id, name: questions.name, type: questions.typeOf(half), class: 1 };
    const taken = classifyReply(message, question, transport, true);
    if (taken.accept !== true) return [];
    heldBytes += message.length;
    hold(message.length);
    const reply = { ...readReply(taken, message, questions, half), kept: times };
    recalled(server, reply);
    return [{ type: 'reply', half, reply }];
  }

  /** Undefined: the server has to be asked. */
  function recall(half: Half): TurnEvent[] | undefined {
    const found = remembered().recall(half);
    if (found.do === 'ask') return undefined;
    if (found.do === 'use') return found.reply === undefined ? [] : eventOf(found.reply);
    // Over TCP the only question is not decided before its kind is known.
    if (transport === 'udp') afterRead(useWaiting);
    return [];
  }

  function useWaiting(): void {
    const reply = isOver ? undefined : remembered().takeWaiting();
    if (reply !== undefined) for (const event of eventOf(reply)) events.arrived(event);
  }

  function connect(asked: readonly Half[]): TurnEvent[] {
    unopened = false;
    return sockets.connectTcp(server, asked);
  }

  return {
    sendUdp(half, to) {
      server = to;
      transport = 'udp';
      const { waiting } = remembered();
      const found = recall(half);
      if (found !== undefined) return found;
      const halves = waiting === undefined || waiting === half ? [half] : [waiting, half];
      return halves.flatMap((each) => sockets.sendUdp(each, to)).map(noted);
    },
    connectTcp(to, asked) {
      server = to;
      transport = 'tcp';
      const found = asked.map(recall);
      if (found.some((each) => each === undefined)) return connect(asked);
      unopened = true;
      return found.flatMap((each) => each ?? []);
    },
    writeTcp(half) {
      if (!unopened) return sockets.writeTcp(half);
      const found = recall(half);
      return found ?? connect([0, 1]);
    },
    windowOver() {
      if (transport === 'tcp') useWaiting();
    },
    isUnsent: sockets.isUnsent,
    closeUdp: sockets.closeUdp,
    end() {
      isOver = true;
      memory.end();
      hold(-heldBytes);
      heldBytes = 0;
      sockets.end();
    },
  };
}
