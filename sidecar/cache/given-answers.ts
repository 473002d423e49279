/** What was given out a moment ago, and to whom: the sibling of a question gets the other half of the same answer. */
import type { AnswerEntry } from './answer-cache.ts';

export interface GivenAnswer {
  readonly key: string;
  readonly entry: AnswerEntry;
  readonly address: string;
  readonly flags: number;
  readonly hasOpt: boolean;
  readonly at: number;
  /** IDs of the queries for the halves that it has. */
  readonly ids: [number | undefined, number | undefined];
}

export interface GivenAnswers {
  /** To this client from this port within so many milliseconds. */
  fromPort(key: string, address: string, port: number, since: number): GivenAnswer | undefined;
  /** To this client from any port, with OPT, one half alone. */
  fromAddress(key: string, address: string, half: 0 | 1, since: number): GivenAnswer | undefined;
  note(port: number, answer: GivenAnswer): void;
}

/** Places, of which the oldest is used anew. */
const places = 256;

export function createGivenAnswers(): GivenAnswers {
  const answers: (GivenAnswer | undefined)[] = Array.from<undefined>({ length: places });
  const ports = new Uint16Array(places);
  let next = 0;

  /** From the youngest on. */
  function find(since: number, fits: (answer: GivenAnswer, place: number) => boolean): GivenAnswer | undefined {
    for (let back = 1; back <= places; back++) {
      const place = (next - back + places) % places;
      const answer = answers[place];
      if (answer === undefined || answer.at < since) return undefined;
      if (fits(answer, place)) return answer;
    }
    return undefined;
  }

  return {
    fromPort: (key, address, port, since) =>
      find(since, (answer, place) => ports[place] === port && answer.key === key && answer.address === address),
    fromAddress: (key, address, half, since) =>
      find(
        since,
        (answer) => answer.hasOpt && answer.key === key && answer.address === address && answer.ids[half] === undefined,
      ),
    note(port, answer) {
      answers[next] = answer;
      ports[next] = port;
      next = (next + 1) % places;
    },
  };
}
