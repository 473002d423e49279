/** Answers admission reviews, and reports each. */
import type { Clock } from '../../shared/program/clock.ts';
import type { Log } from '../../shared/report/log.ts';
import type { LogFieldsFor } from '../../shared/report/log-events.ts';
import type { WebhookMetrics } from '../../shared/report/webhook-metric-table.ts';
import type { InjectionSettings } from '../../shared/settings/settings.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { BadRequest } from './bad-request.ts';
import type { ClusterDns } from '../injection/dns/dns-policy.ts';
import type { ImagePattern } from '../injection/facts/image.ts';
import { injectPod, type Injection, type Warning } from '../injection/inject.ts';
import { stringAt, type JsonObject } from '../kubernetes/json.ts';
import { controllerOf } from '../kubernetes/owner.ts';
import { reviewResponse, type Review } from './review.ts';
import type { ProvedImage, Surroundings } from './surroundings.ts';
import { isAsWished, skipText } from './event-texts.ts';

/** Answers reviews: fetches what the decision needs, decides, and reports what was decided. */
export interface Reviewer {
  /** Rejects on a fault of ours alone; the caller turns that into HTTP 500, so that the failurePolicy decides. */
  review(review: Review): Promise<Answer>;
}

export interface Answer {
  readonly body: JsonObject;
  /** Log line, counters, event: to be called once the response is sent. */
  report(): void;
}

export interface ReviewerOptions {
  readonly surroundings: Surroundings;
  readonly ownNamespace: string;
  readonly clusterDns: ClusterDns | undefined;
  /** undefined: not known. */
  sidecarImage(): ProvedImage | undefined;
  readonly alpineImages: readonly ImagePattern[];
  readonly dnsServerImages: readonly string[];
  readonly userId: number | undefined;
  readonly injection: InjectionSettings;
  readonly version: string;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallClock(): number;
  readonly metrics: Metrics<WebhookMetrics>;
  readonly log: Log;
}

export function createReviewer(options: ReviewerOptions): Reviewer {
  const { surroundings, clock, metrics, log } = options;
  return {
    async review(review) {
      const startedMs = clock.now();
      const decided = await decideOn(review, options);
      const injection = { ...decided, warnings: [...decided.warnings, ...creatorWarnings(review, decided)] };
      const body = reviewResponse(review.uid, injection);
      const durationMs = clock.now() - startedMs;
      const report = (): void => {
        const { verdict, reason, warnings } = injection;
        metrics.inc('alpine_resolver_webhook_reviews_total', { verdict, reason });
        metrics.observe('alpine_resolver_webhook_review_duration_seconds', durationMs / 1000);
        for (const warning of warnings)
          metrics.inc('alpine_resolver_webhook_warnings_total', { reason: warning.reason });
        log.info('review', { ...describe(review, injection), durationMs: Math.round(durationMs * 1000) / 1000 });
        // sideEffects is NoneOnDryRun.
        if (!review.dryRun) surroundings.tell({ review, injection: decided });
      };
      return { body, report };
    },
  };
}

async function decideOn({ pod, namespace: name }: Review, options: ReviewerOptions): Promise<Injection> {
  if (!pod) return { verdict: 'skip', reason: 'not-a-pod', warnings: [] };
  const { surroundings, ownNamespace, clusterDns, alpineImages, dnsServerImages, userId, injection, version } = options;
  const sidecarImage = options.sidecarImage();
  // It is not Ready; the failurePolicy lets the pod through and the API server counts it.
  if (sidecarImage === undefined) throw new BadRequest(503, 'the image of the sidecar is not known');
  const [namespace, limitRanges] = await Promise.all([surroundings.namespace(name), surroundings.limitRanges(name)]);
  const serverVersion = surroundings.serverVersion();
  return injectPod(pod, {
    namespace,
    ownNamespace,
    clusterDns,
    limitRanges,
    serverVersion,
    sidecarImage: sidecarImage.image,
    sidecarPullPolicy: sidecarImage.pullPolicy,
    alpineImages,
    dnsServerImages,
    userId,
    injection,
    now: new Date(options.wallClock()).toISOString(),
    version,
  });
}

/** A warning reaches whoever sent the request: for a pod with an owner that is a controller, which shows it to nobody. */
function creatorWarnings({ pod }: Review, injection: Injection): Warning[] {
  if (!pod || controllerOf(pod) || injection.verdict !== 'skip' || isAsWished(injection.reason)) return [];
  return [{ reason: 'not-injected', message: `not injected: ${skipText(injection)}` }];
}

/** Of warnings, and of the characters of a text: who sends a review must not decide how long a line is. */
const maxLogged = 10;
const maxLoggedLength = 1024;

function shortened<Text extends string | undefined>(text: Text): Text | string {
  return text === undefined || text.length <= maxLoggedLength ? text : `${text.slice(0, maxLoggedLength)}…`;
}

function describe(
  { uid, namespace, dryRun, pod }: Review,
  injection: Injection,
): Omit<LogFieldsFor<'review'>, 'durationMs'> {
  const detail = injection.verdict === 'skip' ? shortened(injection.detail) : undefined;
  const message = injection.verdict === 'refuse' ? shortened(injection.message) : undefined;
  const owner = pod && controllerOf(pod);
  return {
    uid: shortened(uid),
    namespace: shortened(namespace),
    pod: pod && shortened(podName(pod)),
    ...(owner && { owner: `${owner.kind}/${owner.name}` }),
    verdict: injection.verdict,
    reason: injection.reason,
    ...(detail !== undefined && { detail }),
    ...(message !== undefined && { message }),
    ...(injection.warnings.length > 0 && {
      warnings: injection.warnings.slice(0, maxLogged).map((warning) => shortened(warning.message)),
    }),
    ...(dryRun && { dryRun }),
  };
}

/** The name is generated after admission; its beginning is all there is then. */
export function podName(pod: JsonObject): string {
  return stringAt(pod, 'metadata', 'name') ?? `${stringAt(pod, 'metadata', 'generateName') ?? ''}*`;
}
