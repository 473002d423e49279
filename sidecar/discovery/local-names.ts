/** Answers queries with the names of the services that are in force. */
import type { DiscoveryMetrics } from '../../shared/report/discovery-metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { DiscoverySettings, SidecarSettings } from '../../shared/settings/settings.ts';
import type { LocalOutcome } from '../decide/search/local-candidates.ts';
import { emptyPlan } from '../decide/reply/reply-plan.ts';
import { isPassed, type LocalData } from '../ports/local-data.ts';
import { readUint16 } from '../wire/bytes.ts';
import { encodeName, rootName } from '../wire/name.ts';
import { createLocalMemory } from './local-memory.ts';
import { answerFrom, type AnswerRules } from './names/answer.ts';
import { createDirectory, type Directory } from './names/directory.ts';
import { labelsOf } from './names/labels.ts';
import { zoneOf, type NameRules } from './names/service-names.ts';
import type { ServicesStore } from './services/store.ts';

export interface LocalNames {
  readonly localData: LocalData;
  readonly directory: Directory;
}

export interface LocalNamesDependencies {
  readonly settings: NameSettings;
  readonly store: ServicesStore;
  /** While not all containers have been seen, a name that is not found may still be one. */
  readonly isReady: () => boolean;
  /** Of the wall clock, in milliseconds. */
  readonly wallNow: () => number;
  readonly metrics: Metrics<DiscoveryMetrics>;
}

type NameSettings = Pick<
  DiscoverySettings & SidecarSettings,
  'domain' | 'environment' | 'names' | 'nameTemplate' | 'network' | 'addressPrefix' | 'answerOrder'
>;

export function createLocalNames({ settings, store, isReady, wallNow, metrics }: LocalNamesDependencies): LocalNames {
  const nameRules = nameRulesOf(settings);
  const rules = answerRulesOf(settings, nameRules);
  const directory = createDirectory(store.current, nameRules, rules.zone.length);
  let serial = Math.floor(wallNow() / 1000);
  let turn = 0;
  const memory = createLocalMemory();
  store.watch((services, before) => {
    directory.apply(services, before);
    serial = Math.max(serial + 1, Math.floor(wallNow() / 1000));
    memory.forget();
  });

  const outcomeOf = (rcode: number, hasRecords: boolean): LocalOutcome => {
    if (hasRecords) return 'records';
    if (rcode === 0) return 'no-data';
    return isReady() ? 'no-such-name' : 'not-ready';
  };
  const count = (outcome: LocalOutcome): void => metrics.inc('alpine_resolver_local_answers_total', { outcome });
  return {
    directory,
    localData: {
      answer(question) {
        if (settings.answerOrder === 'rotate') turn = (turn + 1) & 0xffff;
        const reply = answerFrom(directory, question, rules, { turn, serial });
        if (reply === undefined) return undefined;
        const outcome = outcomeOf(reply.rcode, reply.soa === undefined);
        count(outcome);
        return outcome === 'not-ready' ? emptyPlan(servFail) : reply;
      },
      outcome(question) {
        const reply = answerFrom(directory, question, rules, { turn, serial });
        return reply && outcomeOf(reply.rcode, reply.soa === undefined);
      },
      recall(query, client) {
        const known = memory.recall(query, client);
        if (known !== undefined && known !== isPassed)
          count(outcomeOf(known.rcode, readUint16(known.bytes, answerCountOffset) > 0));
        return known;
      },
      remembering: memory.remembering,
      pass: memory.pass,
      forget: memory.forget,
    },
  };
}

const servFail = 2;

/** RFC 1035 §4.1.1. */
const answerCountOffset = 6;

/** As the settings say. */
export function nameRulesOf({
  domain,
  environment,
  names,
  nameTemplate,
}: Pick<DiscoverySettings, 'domain' | 'environment' | 'names' | 'nameTemplate'>): NameRules {
  const plain = (name: string): string => name.replaceAll(/^\.|\.$/g, '');
  return {
    domain: plain(domain),
    environment: environment === undefined ? undefined : plain(environment),
    forms: new Set(names),
    template: nameTemplate,
  };
}

function answerRulesOf({ network, addressPrefix }: NameSettings, nameRules: NameRules): AnswerRules {
  const zoneName = encodeName(zoneOf(nameRules)) ?? rootName;
  return { zone: labelsOf(zoneName), zoneName, preference: { network, prefix: addressPrefix } };
}
