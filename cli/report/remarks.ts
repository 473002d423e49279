/** The sentences below a name in the table: each is derived from what the three lookups did. */
import type { GlibcConfiguration } from '../models/glibc-configuration.ts';
import type { MuslConfiguration } from '../models/musl-configuration.ts';
import type { MuslGeneration } from '../models/musl-generations.ts';
import type { Timeline, TimelineStep } from '../models/timeline.ts';
import { likeness, noticeableDelay, wasAnswered, type Lookup, type NameLookups } from './comparison.ts';
import { endpointText, evidenceText, halvesOf, secondsText } from './evidence.ts';
import { muslWords } from './musl-words.ts';
import { explainParting } from './parting.ts';

/** How the three were configured. */
export interface RemarkSetup {
  readonly generation: MuslGeneration;
  readonly musl: MuslConfiguration;
  readonly glibc: GlibcConfiguration;
  /** musl's, with the sidecar. */
  readonly injected: MuslConfiguration;
}

export function remarksOf(row: NameLookups, setup: RemarkSetup): string[] {
  const { name, musl, glibc, injected } = row;
  const silent = silenceRemark(musl, glibc);
  if (silent !== undefined) return [silent, ...delayRemark(injected, glibc)];
  const remarks: string[] = [];
  const view = { configuration: setup.musl, generation: setup.generation };
  if (likeness(musl, glibc) === 'different') {
    const why = explainParting(name, musl, glibc, { musl: view, glibc: { configuration: setup.glibc } });
    if (why !== undefined) remarks.push(why.text);
  } else {
    const waiting = waitingRemark(musl, glibc);
    if (waiting !== undefined) remarks.push(waiting);
  }
  if (likeness(injected, glibc) === 'different') {
    const why = injectedRemark(injected, { configuration: setup.injected, generation: setup.generation });
    if (why !== undefined) remarks.push(why);
  } else remarks.push(...delayRemark(injected, glibc));
  return remarks;
}

/** No server said anything to either library. */
export function silenceRemark(musl: Lookup, glibc: Lookup): string | undefined {
  if (wasAnswered(musl) || wasAnswered(glibc)) return undefined;
  const causes = new Map<string, Set<string>>();
  for (const step of stepsOf(glibc.timeline)) {
    if (step.kind !== 'failure' && step.kind !== 'silence') continue;
    if (step.server === undefined) continue;
    const server = endpointText(step.server);
    const cause =
      step.kind === 'silence' ? 'no reply' : step.code === 'ECONNREFUSED' ? 'connection refused' : step.code;
    causes.set(server, (causes.get(server) ?? new Set()).add(cause));
  }
  const servers = [...causes].map(([server, texts]) => `${server} (${[...texts].join(', ')})`);
  return `No nameserver answered${servers.length === 0 ? '' : `: ${servers.join(', ')}`}.`;
}

/** The same end at another time, because glibc asks its servers one after the other. */
export function waitingRemark(musl: Lookup, glibc: Lookup): string | undefined {
  if (noticeableDelay(glibc, musl) === 0) return undefined;
  const waited = new Map<string, number>();
  for (const step of stepsOf(glibc.timeline))
    if (step.kind === 'silence' && step.server !== undefined) {
      const server = endpointText(step.server);
      waited.set(server, (waited.get(server) ?? 0) + step.waitedMs);
    }
  if (waited.size === 0) return undefined;
  const texts = [...waited].map(([server, ms]) => `${secondsText(ms)} for ${server}`);
  return `glibc waits ${texts.join(' and ')} before it goes on; musl asks all servers at once.`;
}

/** What the sidecar replied to musl, and what musl made of that. */
export function injectedRemark(injected: Lookup, view: Parameters<typeof muslWords>[1]): string | undefined {
  const last = injected.timeline?.candidates.findLast((candidate) => halvesOf(candidate).length > 0);
  if (last === undefined) return undefined;
  const words = muslWords(last, view, injected.addresses.length);
  return `From the sidecar, ${evidenceText(last, false)}${words === '' ? '' : `; musl ${words}`}.`;
}

export function delayRemark(injected: Lookup, glibc: Lookup): string[] {
  const delayMs = noticeableDelay(injected, glibc);
  if (delayMs === 0) return [];
  const longer = `Through the sidecar it takes ${secondsText(delayMs)} longer than glibc`;
  const isRepeated = stepsOf(injected.timeline).some(
    (step) => step.kind === 'reply' && step.reply.rcode !== 0 && step.use !== 'taken',
  );
  const isSilent = stepsOf(injected.timeline).some((step) => step.kind === 'silence');
  if (isRepeated && isSilent) return [`${longer}: musl repeats a query that failed until its time is over.`];
  return [`${longer}.`];
}

function stepsOf(timeline: Timeline | undefined): TimelineStep[] {
  return (timeline?.candidates ?? []).flatMap(({ steps }) => steps);
}
