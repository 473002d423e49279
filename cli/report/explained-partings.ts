/** Where the resolvers of an explanation part, with the numbers of the pages that say more. */
import type { GlibcConfiguration } from '../models/glibc-configuration.ts';
import type { MuslConfiguration } from '../models/musl-configuration.ts';
import { likeness, noticeableDelay, type Lookup } from './comparison.ts';
import { secondsText } from './evidence.ts';
import type { Explanation, ExplainedParting, MuslLookups } from './explanation.ts';
import { explainParting } from './parting.ts';
import { delayRemark, injectedRemark, waitingRemark } from './remarks.ts';
import { residualOf } from './residual-divergences.ts';

export interface PlayedConfigurations {
  readonly musl: MuslConfiguration;
  readonly glibc: GlibcConfiguration;
  /** musl's, with the sidecar. */
  readonly injected: MuslConfiguration;
}

type Played = Omit<Explanation, 'partings' | 'timelines'>;

export function partingsOf(played: Played, configurations: PlayedConfigurations): ExplainedParting[] {
  if (!played.isAnswered) return [];
  return [
    ...played.alone.flatMap((group) => alonePartings(group, played, configurations)),
    ...played.sidecar.clients.flatMap((group) => sidecarPartings(group, played, configurations)),
  ];
}

function alonePartings(
  { members, lookup }: MuslLookups,
  { name, glibc }: Played,
  { musl, glibc: glibcConfiguration }: PlayedConfigurations,
): ExplainedParting[] {
  const [first] = members;
  if (first === undefined) return [];
  const common = { who: 'musl', members } as const;
  if (likeness(lookup, glibc) === 'different') {
    const view = { configuration: musl, generation: first.generation };
    const parting = explainParting(name, lookup, glibc, { musl: view, glibc: { configuration: glibcConfiguration } });
    const text = parting?.text ?? 'musl comes to another end than glibc.';
    return [{ ...common, number: parting?.number, candidate: parting?.candidate, text, isDifference: true }];
  }
  const text = timeText(lookup, glibc, glibcConfiguration.servers.length > 1);
  return text === undefined ? [] : [{ ...common, number: 'M13', candidate: undefined, text, isDifference: false }];
}

function timeText(musl: Lookup, glibc: Lookup, hasServers: boolean): string | undefined {
  const waiting = hasServers ? waitingRemark(musl, glibc) : undefined;
  if (waiting !== undefined) return waiting;
  const [longer, sooner] = [noticeableDelay(musl, glibc), noticeableDelay(glibc, musl)];
  if (longer > 0) return `musl comes to the same end ${secondsText(longer)} later than glibc.`;
  return sooner > 0 ? `musl comes to the same end ${secondsText(sooner)} sooner than glibc.` : undefined;
}

function sidecarPartings(
  { members, lookup }: MuslLookups,
  { name, glibc, sidecar }: Played,
  { injected }: PlayedConfigurations,
): ExplainedParting[] {
  const last = members.at(-1);
  if (last === undefined) return [];
  const steps = (sidecar.lookup.timeline?.candidates ?? []).flatMap((candidate) => candidate.steps);
  const residual = residualOf({
    name,
    generation: last.generation,
    glibc,
    injected: lookup,
    hasSilence: steps.some(({ kind }) => kind === 'silence'),
  });
  if (residual === undefined) return [];
  const { number, title, isDifference } = residual;
  const view = { configuration: injected, generation: last.generation };
  const words = isDifference ? injectedRemark(lookup, view) : delayRemark(lookup, glibc)[0];
  // Of a delay the words say all.
  const sentence = title === undefined || (words !== undefined && !isDifference) ? undefined : sentenceOf(title);
  const text = [words, sentence].filter((part) => part !== undefined).join(' ');
  return [
    {
      number,
      who: 'sidecar',
      members,
      candidate: undefined,
      text: text === '' ? 'Behind the sidecar musl comes to another end than glibc.' : text,
      isDifference,
    },
  ];
}

function sentenceOf(title: string): string {
  const [first = '', ...rest] = title;
  // The library's name is written small.
  return `${title.startsWith('musl') ? first : first.toUpperCase()}${rest.join('')}.`;
}
