/** Words the events that tell what was decided about a pod. */
import { injectReasons, refuseReasons, skipReasons, type SkipReason } from '../../shared/report/reasons.ts';
import type { Injection } from '../injection/inject.ts';

/** What an event says of a decision; pure. The codes are those of log and metrics. */
export interface EventText {
  /** The machine's word in `kubectl get events`. */
  readonly reason: 'Injected' | 'InjectionSkipped' | 'InjectionRefused' | 'InjectionWarning';
  readonly type: 'Normal' | 'Warning';
  /** Begins with the reason code. */
  readonly message: string;
  /** An owner gets at most one event with this code in ten minutes. */
  readonly code: string;
}

/** Skips that somebody should look at; the others are as people wanted it. */
const troubles = new Set<SkipReason>([
  'native-sidecar-unsupported',
  'unknown-scope',
  'name-taken',
  'port-in-use',
  'port-sysctl',
  'invalid-dns-config',
  'dns-config-unsure',
  'cluster-dns-unknown',
  'limit-range',
  'patch-failed',
]);

/** Skips without an event: the API server keeps such pods away, or nothing was decided. */
const silent = new Set<SkipReason>([
  'not-a-pod',
  'excluded-namespace',
  'namespace-not-opted-in',
  'opted-out-by-label',
  'mirror-pod',
  'unchanged',
]);

/** The pod's owner asked for it, or the pod never concerned us. */
export function isAsWished(reason: SkipReason): boolean {
  return silent.has(reason) || reason === 'opted-out';
}

export function eventTexts(injection: Injection): EventText[] {
  const warnings = injection.warnings.map(({ reason, message }): EventText => {
    const text = `${reason}: ${message}`;
    return { reason: 'InjectionWarning', type: 'Warning', message: text, code: text };
  });
  const own = verdictText(injection);
  return own ? [own, ...warnings] : warnings;
}

function verdictText(injection: Injection): EventText | undefined {
  switch (injection.verdict) {
    case 'inject': {
      const { reason } = injection;
      return { reason: 'Injected', type: 'Normal', message: `${reason}: ${injectReasons[reason]}`, code: reason };
    }
    case 'refuse': {
      const { reason, message } = injection;
      const text = `${reason}: ${refuseReasons[reason]} ${message}`;
      return { reason: 'InjectionRefused', type: 'Warning', message: text, code: text };
    }
    case 'skip': {
      const { reason } = injection;
      if (silent.has(reason)) return undefined;
      const type = troubles.has(reason) ? 'Warning' : 'Normal';
      return { reason: 'InjectionSkipped', type, message: skipText(injection), code: reason };
    }
  }
}

/** A skip for people: code, sentence, and what in particular. */
export function skipText({ reason, detail }: Extract<Injection, { verdict: 'skip' }>): string {
  return `${reason}: ${skipReasons[reason]}${detail === undefined ? '' : ` (${detail})`}`;
}
