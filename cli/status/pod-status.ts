/** `status pod/NAME`: what was added to a pod, the configuration in force, and why. */
import { injectReasons } from '../../shared/report/reasons.ts';
import { annotations, namePrefix } from '../../shared/values/names.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import { readStatus } from '../../webhook/injection/facts/status.ts';
import { injectPod } from '../../webhook/injection/inject.ts';
import { stringAt, textOf, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { annotationsOf, storedResolvConf } from '../../webhook/kubernetes/pod.ts';
import { documentVersion } from '../terminal/output-format.ts';
import { padded, printable, styled, wrapped } from '../terminal/output.ts';
import { seenResolvConf, sidecarEnvironment } from '../manifests/injected-pod.ts';
import { isRestartCommand, ownerOf, restartLine } from '../cluster/pod-owner.ts';
import type { KubectlTarget } from '../cluster/reader.ts';
import { podState, type PodState } from './pod-state.ts';

export interface PodStatus {
  /** `Pod shop/web-0` */
  readonly title: string;
  readonly state: PodState;
  /** What it is so for, in a sentence. */
  readonly why: string;
  readonly added: readonly string[];
  readonly injectedAt: string | undefined;
  readonly scope: string | undefined;
  /** In the syntax of resolv.conf: what the sidecar asks, and what containers see; undefined: no sidecar is there. */
  readonly resolvConf: string | undefined;
  readonly seenResolvConf: string | undefined;
  /** Of the sidecar: annotations of the pod before its variables. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly assumed: readonly string[];
  /** How the sidecar comes into it, where it is missing. */
  readonly fix: string | undefined;
}

/** Annotations that are no settings. */
const own: readonly string[] = Object.values(annotations);

interface PodCluster {
  readonly assumed: readonly string[];
  readonly kubectl: KubectlTarget;
}

export function podStatus(pod: JsonObject, context: InjectionContext, { assumed, kubectl }: PodCluster): PodStatus {
  const state = podState(pod, context);
  const title = `Pod ${stringAt(pod, 'metadata', 'namespace') ?? ''}/${stringAt(pod, 'metadata', 'name') ?? ''}`;
  return {
    ...{ title, state, assumed },
    why: whyOf(pod, context, state),
    ...(state.is === 'injected' ? injectionOf(pod) : noInjection),
    fix: state.is === 'missed' ? restartLine(ownerOf(pod), kubectl) : undefined,
  };
}

type InjectionStatus = Pick<PodStatus, 'added' | 'injectedAt' | 'scope' | 'resolvConf' | 'seenResolvConf' | 'settings'>;

const noInjection: InjectionStatus = {
  ...{ added: [], settings: [] },
  ...{ injectedAt: undefined, scope: undefined, resolvConf: undefined, seenResolvConf: undefined },
};

function injectionOf(pod: JsonObject): InjectionStatus {
  const status = readStatus(pod);
  return {
    added: status?.added ?? [],
    injectedAt: status?.at,
    scope: status?.scope,
    resolvConf: textOf(annotationsOf(pod), annotations.resolvConf) ?? storedResolvConf(pod),
    seenResolvConf: seenResolvConf(pod),
    settings: settingsOf(pod),
  };
}

function whyOf(pod: JsonObject, context: InjectionContext, state: PodState): string {
  switch (state.is) {
    case 'injected':
      return injectReasons.injected;
    case 'missed':
      return 'It was created without the sidecar, and the webhook would inject it now.';
    case 'skipped':
      return state.text;
    case 'refused':
      return state.message;
    case 'over':
      return 'It has ended, or is about to.';
    case 'not-concerned': {
      const { verdict, ...injection } = injectPod(pod, context);
      return verdict === 'skip'
        ? `${injection.reason}: its namespace has not opted in`
        : 'Its namespace has not opted in.';
    }
  }
}

function settingsOf(pod: JsonObject): PodStatus['settings'] {
  const fromAnnotations = Object.entries(annotationsOf(pod)).filter(
    ([name]) => name.startsWith(namePrefix) && !own.includes(name),
  );
  const fromVariables = Object.entries(sidecarEnvironment(pod)).filter(
    ([name, value]) => name.startsWith('RESOLVER_') && name !== 'RESOLVER_ORIGINAL_RESOLV_CONF' && value !== '',
  );
  return [...fromAnnotations, ...fromVariables].map(([name, value]) => ({ name, value }));
}

export function podStatusDocument(status: PodStatus): object {
  const { state, injectedAt, scope, resolvConf, seenResolvConf: seen, fix, ...rest } = status;
  const { is, ...more } = state;
  return {
    apiVersion: documentVersion,
    kind: 'PodStatus',
    state: is,
    ...('version' in more && { version: more.version, restarts: more.restarts, isStarted: more.isReady }),
    ...('reason' in more && { reason: more.reason }),
    ...rest,
    ...(injectedAt !== undefined && { injectedAt }),
    ...(scope !== undefined && { scope }),
    ...(resolvConf !== undefined && { resolvConf }),
    ...(seen !== undefined && { seenResolvConf: seen }),
    ...(fix !== undefined && { fix }),
  };
}

const titleColumns = 14;

const titles: Readonly<Record<PodState['is'], string>> = {
  injected: 'injected',
  missed: 'missed: it has no sidecar',
  skipped: 'skipped: it has no sidecar',
  refused: 'has no sidecar, and would be refused if created anew',
  over: 'ended',
  'not-concerned': 'has no sidecar',
};

export function podStatusText(status: PodStatus, columns: number): string[] {
  const {
    title,
    state,
    why,
    added,
    injectedAt,
    scope,
    resolvConf,
    seenResolvConf: seen,
    settings,
    assumed,
    fix,
  } = status;
  const row = (name: string, lines: readonly string[]): string[] =>
    lines.flatMap((line, i) =>
      wrapped(
        printable(line),
        columns,
        padded(i === 0 ? `  ${name}` : '', titleColumns + 2),
        ' '.repeat(titleColumns + 4),
      ),
    );
  const lines = (text: string | undefined): string[] => (text ?? '').split('\n').filter((line) => line !== '');
  return [
    styled('bold', printable(title)),
    ...row('state', [titles[state.is]]),
    ...row('why', [why]),
    ...(state.is === 'injected'
      ? [
          ...row('by', [
            `${state.version || 'an unknown release'}${injectedAt === undefined ? '' : ` at ${injectedAt}`}, scope ${scope ?? 'pod'}`,
          ]),
          ...row('sidecar', [`${state.isReady ? 'has started' : 'has not started'}, ${state.restarts} restarts`]),
        ]
      : []),
    ...row('added', added),
    ...row('asks', lines(resolvConf)),
    ...row('programs see', lines(seen)),
    ...row(
      'settings',
      settings.map(({ name, value }) => `${name}=${value}`),
    ),
    ...(fix !== undefined && isRestartCommand(fix)
      ? [padded('  to do', titleColumns + 2) + fix]
      : row('to do', fix === undefined ? [] : [fix])),
    ...row('assumed', state.is === 'injected' ? [] : assumed),
  ];
}
