/** The names of one service, by their forms. */
import type { NameForm } from '../../../shared/settings/discovery-settings.ts';
import { isName } from '../services/override.ts';
import type { Service } from '../services/service.ts';
import { isWithin, labelsOfText, type Labels } from './labels.ts';

/** What the settings say of names. */
export interface NameRules {
  readonly domain: string;
  /** Labels in front of the domain. */
  readonly environment: string | undefined;
  readonly forms: ReadonlySet<NameForm>;
  readonly template: string | undefined;
}

export interface ServiceName {
  readonly form: NameForm;
  /** As it was written, without a final dot. */
  readonly text: string;
  readonly labels: Labels;
}

/** The domain of the names, with the environment in front of it. */
export function zoneOf({ domain, environment }: Pick<NameRules, 'domain' | 'environment'>): string {
  return joined(environment, domain);
}

/**
 * A name that would take the answers of others: the domain, what it is in, and the trees of addresses with what they are in. Images
 * and containers say names as they like.
 */
export function isOthers(name: Labels, zone: Labels): boolean {
  if (isWithin(name, zone)) return name.length === zone.length;
  return isWithin(zone, name) || reverseTrees.some((tree) => isWithin(tree, name) || isWithin(name, tree));
}

const reverseTrees: readonly Labels[] = [
  ['arpa', 'in-addr'],
  ['arpa', 'ip6'],
];

/**
 * In the order in which one of them is chosen to stand for the service. What cannot be a name (an empty label, one of more than
 * 63 characters), or is for others to answer, is left out; the others stay.
 */
export function namesOf(service: Service, rules: NameRules): readonly ServiceName[] {
  const zone = zoneOf(rules);
  const below = (...parts: (string | undefined)[]): string | undefined =>
    parts.every(Boolean) ? joined(...parts, zone) : undefined;
  const { name, image, compose, hostname, networks } = service;
  // An entry made by hand has no other name that could stand for it.
  const container = service.container ?? (service.source === 'manual' ? name : undefined);
  const texts: Readonly<Record<NameForm, readonly (string | undefined)[]>> = {
    container: [below(container)],
    image: [below(joined(name, image))],
    template: [fromTemplate(service, rules)],
    compose: [below(compose?.service, compose?.project)],
    alias: service.aliases,
    'network-alias': networks.flatMap(({ aliases }) => aliases.map((alias) => below(alias))),
    hostname: [below(hostname)],
    bare: [container],
  };
  const seen = new Set<string>();
  const zoneLabels = labelsOfText(zone) ?? [];
  return formOrder.flatMap((form) =>
    rules.forms.has(form)
      ? namesOfForm(form, texts[form], seen).filter(({ labels }) => !isOthers(labels, zoneLabels))
      : [],
  );
}

const formOrder: readonly NameForm[] = [
  ...(['container', 'image', 'template', 'compose'] as const),
  ...(['alias', 'network-alias', 'hostname', 'bare'] as const),
];

function namesOfForm(form: NameForm, texts: readonly (string | undefined)[], seen: Set<string>): ServiceName[] {
  return texts.flatMap((text = '') => {
    const labels = isName(text) ? labelsOfText(text) : undefined;
    if (labels === undefined) return [];
    // The parts that the form image may leave out are more than the name.
    const key = `${form === 'image'} ${labels.join('.')}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ form, text, labels }];
  });
}

/** None where the service lacks a part of it. */
function fromTemplate(service: Service, rules: NameRules): string | undefined {
  const { template } = rules;
  if (template === undefined) return undefined;
  const parts: Readonly<Record<string, string | undefined>> = {
    name: service.name,
    image: service.image,
    container: service.container,
    service: service.compose?.service,
    project: service.compose?.project,
    hostname: service.hostname,
    id: service.source === 'container' ? service.id.slice(0, shortIdLength) : service.id,
    environment: rules.environment,
    domain: rules.domain,
  };
  let isWhole = true;
  const text = template.replaceAll(templatePart, (_all, part: string) => {
    const value = parts[part] ?? '';
    isWhole &&= value !== '';
    return value;
  });
  return isWhole ? text.replace(/\.$/, '') : undefined;
}

/** Names of parts of a template that nothing is known of. */
export function unknownTemplateParts(template: string): readonly string[] {
  const known = ['name', 'image', 'container', 'service', 'project', 'hostname', 'id', 'environment', 'domain'];
  return [...template.matchAll(templatePart)].flatMap(([, part = '']) => (known.includes(part) ? [] : [part]));
}

const templatePart = /\{([^{}]*)\}/g;

/** As Docker shows ids. */
const shortIdLength = 12;

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('.');
}
