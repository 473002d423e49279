/** Writes events on the owners of pods. */
import { randomBytes } from 'node:crypto';
import type { CoreV1Event } from '@kubernetes/client-node';
import { projectName } from '../../shared/values/names.ts';
import { eventTexts, type EventText } from '../review/event-texts.ts';
import type { EventOutcome } from '../../shared/report/webhook-metric-table.ts';
import { barePod, controllerOf, type Owner } from '../kubernetes/owner.ts';
import type { Decided } from '../review/surroundings.ts';
import { mergePatch, unlessRefused, type ClusterClient } from './client.ts';
import { LimitedMap } from './limited-map.ts';
import { createOwners } from './owners.ts';

/**
 * Events on the owners of pods. Each text is written once per owner; repeats within ten minutes are counted, and the
 * count written at the first repeat after them. Never waits, never rejects.
 */
export interface EventWriter {
  tell(decided: Decided): void;
}

export interface EventOptions {
  readonly client: ClusterClient;
  wallClock(): number;
  /** `written`, `counted`, `dropped` (too many at once) or `failed`. */
  count(outcome: EventOutcome): void;
  report(error: unknown): void;
}

const quietMs = 10 * 60_000;

/** Owners and texts that are remembered; beyond them an event may be written twice. */
const maxRemembered = 2000;

/** Calls under way; a burst beyond them loses events, not memory. */
const maxPending = 100;

/** Of one review; a pod whose author has a hundred typing errors learns of the first. */
const maxTexts = 10;

const maxMessageLength = 1024;

/** An owner and its texts, without the pod: it may be large, and the calls may take long. */
interface Report {
  readonly direct: Owner;
  readonly namespace: string;
  readonly texts: readonly EventText[];
}

function reportOf({ review: { pod, namespace }, injection }: Decided): Report | undefined {
  const direct = pod && (controllerOf(pod) ?? barePod(pod));
  const texts = eventTexts(injection).slice(0, maxTexts).map(shortened);
  return direct && texts.length > 0 ? { direct, namespace, texts } : undefined;
}

/** A copy: a part of a string keeps the whole. */
function shortened({ message, code, ...text }: EventText): EventText {
  return structuredClone({
    ...text,
    message: message.slice(0, maxMessageLength),
    code: code.slice(0, maxMessageLength),
  });
}

interface Told {
  readonly name: string;
  writtenMs: number;
  count: number;
}

export function createEventWriter({ client, wallClock, count, report: fault }: EventOptions): EventWriter {
  const owners = createOwners(client);
  const told = new LimitedMap<string, Told>(maxRemembered);
  let pending = 0;

  const tellOwner = async (owner: Owner, namespace: string, text: EventText): Promise<void> => {
    const key = [namespace, owner.kind, owner.name, owner.uid, text.code].join('/');
    const nowMs = wallClock();
    const before = told.get(key);
    if (before) {
      before.count++;
      if (nowMs < before.writtenMs + quietMs) return count('counted');
      const { writtenMs } = before;
      // Reviews in the meantime are counted; after a failure another attempt may follow at once.
      before.writtenMs = nowMs;
      const undo = (): void => void (before.writtenMs = writtenMs);
      if (await otherwise(undo, addToEvent(client, namespace, before, nowMs))) return count('written');
    }
    const name = eventName(owner);
    told.set(key, { name, writtenMs: nowMs, count: 1 });
    const body = eventOf({ name, owner, namespace, text, nowMs });
    await otherwise(() => told.delete(key), client.core.createNamespacedEvent({ namespace, body }));
    count('written');
  };

  const tellAll = async ({ direct, namespace, texts }: Report): Promise<void> => {
    const owner = await owners.find(direct, namespace);
    for (const text of texts) await tellOwner(owner, namespace, text);
  };

  return {
    tell(decided) {
      const report = reportOf(decided);
      if (!report) return undefined;
      if (pending >= maxPending) return count('dropped');
      pending++;
      return void tellAll(report)
        .catch((error: unknown) => {
          count('failed');
          fault(error);
        })
        .finally(() => {
          pending--;
        });
    },
  };
}

/** `undo` runs if it fails. */
async function otherwise<Value>(undo: () => void, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    undo();
    throw error;
  }
}

/** False: the event is gone; the API server keeps events for an hour. */
async function addToEvent({ core }: ClusterClient, namespace: string, told: Told, nowMs: number): Promise<boolean> {
  const body = { count: told.count, lastTimestamp: new Date(nowMs).toISOString() };
  const patched = core.patchNamespacedEvent({ name: told.name, namespace, body }, mergePatch);
  return (await unlessRefused(patched, 404)) !== undefined;
}

/** As client-go names them: the object, a dot, 16 hexadecimal digits. */
function eventName({ name }: Owner): string {
  const maxNameLength = 253;
  const suffix = `.${randomBytes(8).toString('hex')}`;
  return `${name.slice(0, maxNameLength - suffix.length)}${suffix}`;
}

function eventOf({
  name,
  owner,
  namespace,
  text,
  nowMs,
}: {
  name: string;
  owner: Owner;
  namespace: string;
  text: EventText;
  nowMs: number;
}): CoreV1Event {
  const { apiVersion, kind, uid } = owner;
  return {
    metadata: { name, namespace },
    involvedObject: { apiVersion, kind, name: owner.name, namespace, ...(uid !== undefined && { uid }) },
    reason: text.reason,
    message: text.message,
    type: text.type,
    source: { component: projectName },
    reportingComponent: projectName,
    reportingInstance: projectName,
    firstTimestamp: new Date(nowMs),
    lastTimestamp: new Date(nowMs),
    count: 1,
  };
}
