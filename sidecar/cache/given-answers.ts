/** What was given out a moment ago, and to whom: the sibling of a question gets the other half of the same answer. */
import type { Half } from '../decide/search/pair.ts';
import type { AnswerEntry } from './answer-cache.ts';

export interface GivenAnswer {
  entry: AnswerEntry;
  address: string;
  port: number;
  flags: number;
  hasOpt: boolean;
  at: number;
  /** IDs of the queries for the halves that it has; -1: it has not asked for that half. */
  readonly ids: [number, number];
}

export interface GivenAnswers {
  /** To this client from this port within so many milliseconds. */
  fromPort(key: number, address: string, port: number, since: number): GivenAnswer | undefined;
  /** To this client from any port, with OPT, one half alone. */
  fromAddress(key: number, address: string, half: Half, since: number): GivenAnswer | undefined;
  note(given: Omit<GivenAnswer, 'ids'>, half: Half, id: number): void;
  clear(): void;
}

/** Places, of which the oldest is used anew. */
const places = 256;
const none = -1;

export function createGivenAnswers(): GivenAnswers {
  const answers: GivenAnswer[] = [];
  /** By the last bits of the key: the place of the youngest; and behind each place that of the next older one. */
  const youngest = new Int16Array(places).fill(none);
  const older = new Int16Array(places).fill(none);
  let next = 0;

  const bucketOf = (key: number): number => key & (places - 1);

  function unlink(place: number, key: number): void {
    const bucket = bucketOf(key);
    let at = youngest[bucket] ?? none;
    if (at === place) {
      youngest[bucket] = older[place] ?? none;
      return;
    }
    for (let behind = older[at] ?? none; behind !== place && behind !== none; behind = older[at] ?? none) at = behind;
    older[at] = older[place] ?? none;
  }

  /** Holds no more than what is in its place. */
  function put(place: number, { entry, address, port, flags, hasOpt, at }: Omit<GivenAnswer, 'ids'>): GivenAnswer {
    const used = answers[place];
    if (used === undefined) {
      const created: GivenAnswer = { entry, address, port, flags, hasOpt, at, ids: [none, none] };
      answers.push(created);
      return created;
    }
    unlink(place, used.entry.key);
    used.entry = entry;
    used.address = address;
    used.port = port;
    used.flags = flags;
    used.hasOpt = hasOpt;
    used.at = at;
    used.ids[0] = none;
    used.ids[1] = none;
    return used;
  }

  return {
    fromPort(key, address, port, since) {
      for (let place = youngest[bucketOf(key)] ?? none; place !== none; place = older[place] ?? none) {
        const answer = answers[place];
        if (answer === undefined || answer.at < since) return undefined;
        if (answer.port === port && answer.entry.key === key && answer.address === address) return answer;
      }
      return undefined;
    },
    fromAddress(key, address, half, since) {
      for (let place = youngest[bucketOf(key)] ?? none; place !== none; place = older[place] ?? none) {
        const answer = answers[place];
        if (answer === undefined || answer.at < since) return undefined;
        const isOpen = answer.hasOpt && answer.ids[half] === none;
        if (isOpen && answer.entry.key === key && answer.address === address) return answer;
      }
      return undefined;
    },
    note(given, half, id) {
      const place = next;
      const answer = put(place, given);
      answer.ids[half] = id;
      const bucket = bucketOf(answer.entry.key);
      older[place] = youngest[bucket] ?? none;
      youngest[bucket] = place;
      next = (next + 1) % places;
    },
    clear() {
      answers.length = 0;
      youngest.fill(none);
      older.fill(none);
      next = 0;
    },
  };
}
