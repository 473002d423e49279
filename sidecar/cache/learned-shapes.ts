/** What searches have taught about names: how far those of a shape went, and which last labels names have as they are. */
import { lastLabel, shapeOf } from '../decide/search/ahead.ts';
import type { AheadKnowledge, Lesson } from '../decide/search/ahead.ts';
import type { WireName } from '../wire/name.ts';

export interface LearnedShapes {
  knowledgeOf(name: WireName, now: number): Omit<AheadKnowledge, 'max'>;
  note(lesson: Lesson, now: number): void;
  /** Another configuration searches otherwise. */
  forget(now: number): void;
}

/** Under them a name as it is may be asked ahead from the start. */
const publicLabels = ['com', 'net', 'org'];

const maxShapes = 512;
const maxLabels = 256;

/** A label counts for so long since a name was found under it. */
const labelLifetimeMs = 24 * 3600 * 1000;

export function createLearnedShapes(startedAt: number): LearnedShapes {
  const places = new Map<string, number>();
  const labels = new Map<string, number>();

  /** The oldest goes where there are too many. */
  function put(map: Map<string, number>, key: string, value: number, max: number): void {
    // Who is the oldest matters once there are many.
    if (map.size > max / 2) map.delete(key);
    map.set(key, value);
    const [oldest] = map.size > max ? map.keys() : [];
    if (oldest !== undefined) map.delete(oldest);
  }

  function forget(now: number): void {
    places.clear();
    labels.clear();
    for (const label of publicLabels) labels.set(label, now + labelLifetimeMs);
  }

  forget(startedAt);
  return {
    knowledgeOf: (name, now) => ({
      place: places.get(shapeOf(name)),
      isTaught: (labels.get(lastLabel(name)) ?? -Infinity) > now,
    }),
    note({ shape, place, label }, now) {
      put(places, shape, place, maxShapes);
      if (label !== undefined) put(labels, label, now + labelLifetimeMs, maxLabels);
    },
    forget,
  };
}
