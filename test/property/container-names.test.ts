/**
 * Names while services change in every way that there is, drawn by chance: an index that is kept up to date finds what one that is
 * made anew does, and what the page says of names.
 */
import { expect, test } from 'vitest';
import type { Directory } from '../../sidecar/discovery/names/directory.ts';
import { isWithin, labelsOfText, type Labels } from '../../sidecar/discovery/names/labels.ts';
import { namesOf, type ServiceName } from '../../sidecar/discovery/names/service-names.ts';
import type { Override } from '../../sidecar/discovery/services/override.ts';
import { addressesOf, serviceOf, type Service } from '../../sidecar/discovery/services/service.ts';
import * as operations from '../../sidecar/discovery/services/services.ts';
import type { Changed, Services } from '../../sidecar/discovery/services/services.ts';
import { createRandom, type Random } from '../support/random.ts';
import { allForms, ask, directoryOf, network, rulesOf } from '../support/discovery/named-services.ts';

const containers = ['a', 'b', 'c', 'd', 'e', 'f'].map((digit) => digit.repeat(64));
const entries = ['printer', 'nas'];
const words = ['a', 'b', 'c', 'x.y', '*'];
const wholeNames = ['a.test', 'b.a.test', 'com', 'a', 'docker.x'];
const rules = rulesOf({ forms: new Set([...allForms, 'bare']), template: '{name}.made.test' });

function drawService(random: Random, id: string): Service {
  const maybe = <Value>(times: number, value: Value): Value | undefined => (random.oneIn(times) ? value : undefined);
  const drawNetwork = () => ({
    ...network(random.pick(['front', 'back']), `10.${random.between(1, 2)}.0.${random.below(5)}`),
    aliases: random.oneIn(2) ? [random.pick(words)] : [],
  });
  return serviceOf({
    ...{ id, source: 'container', startedMs: random.below(4), container: random.pick(['a', 'b', 'c']) },
    ...{ name: random.pick(['', ...words]), image: random.pick(['', ...words]) },
    aliases: random.oneIn(2) ? [random.pick(wholeNames)] : [],
    hostname: maybe(2, random.pick(['h', 'a'])),
    compose: maybe(3, { project: random.pick(words), service: random.pick(words) }),
    namespace: random.pick(['own', 'own', 'own', 'host', { of: random.pick(containers) }, { of: random.pick(words) }]),
    networks: Array.from({ length: random.below(3) }, drawNetwork),
    addresses: maybe(6, [`10.9.0.${random.below(3)}`]),
    prefix: maybe(6, '10.1'),
    ttlSeconds: maybe(3, random.below(9)),
  });
}

function drawOverride(random: Random): Override {
  return {
    ...(random.oneIn(2) && { name: random.pick(words) }),
    ...(random.oneIn(2) && { aliases: [random.pick(wholeNames)] }),
    ...(random.oneIn(3) && { addresses: [`10.1.0.${random.below(5)}`] }),
  };
}

/** One change, which may be none. */
function drawChange(random: Random, services: Services): Services {
  const id = random.pick(containers);
  const entry = random.pick(entries);
  const done = (changed: Changed): Services => (changed.ok ? changed.services : services);
  const some = (): Service[] => containers.filter(() => random.oneIn(2)).map((one) => drawService(random, one));
  const changes: readonly (() => Services)[] = [
    () => operations.discover(services, drawService(random, id)),
    () => operations.discover(services, drawService(random, id)),
    () => operations.hide(services, id, random.oneIn(2) ? drawService(random, id) : undefined),
    () => operations.lose(services, id),
    () => operations.synchronise(services, some(), { gone: [random.pick(containers)] }),
    () => done(operations.patch(services, random.pick([id, entry]), drawOverride(random), ['ttlSeconds'])),
    () => done(operations.forgetOverride(services, id)),
    () => done(operations.setTtl(services, random.below(9))),
    () => done(operations.removeManual(services, entry)),
    () => {
      const said = { name: random.pick(words), image: random.pick(['', 'b']), addresses: ['10.1.0.7'] };
      return done(operations.putManual(services, entry, { ...said, ...drawOverride(random) }, random.below(4)));
    },
  ];
  return random.pick(changes)();
}

const questions = [...words, 'h', 'z'].flatMap((word) => [
  ...[word, `${word}.docker`, `${word}.test`, `${word}.made.test`],
  ...words.flatMap((other) => [`${word}.${other}`, `${word}.${other}.docker`, `z.${word}.${other}.docker`]),
]);
questions.push('docker', ...[0, 1, 2, 3, 4].flatMap((last) => [`${last}.0.1.10`, `${last}.0.9.10`].map(reverse)));

function reverse(address: string): string {
  return `${address}.in-addr.arpa`;
}

/** As the page has it: the exact name, or a shorter one that is part of an image's; else the longest name that it is below. */
function idsOf(services: Services, question: string): string[] {
  const labels = labelsOfText(question) ?? [];
  const all = operations
    .effectiveServices(services)
    .flatMap((service) =>
      addressesOf(service).length > 0 ? namesOf(service, rules).map((name) => ({ id: service.id, name })) : [],
    );
  const exact = all.filter(({ name }) => isCalled(name, labels, labels.length));
  const below = all.filter(({ name: { labels: own } }) => own.length > 1 && own.length < labels.length);
  const held = below.filter(({ name }) => isCalled(name, labels, name.labels.length));
  const longest = Math.max(0, ...held.map(({ name }) => name.labels.length));
  const found = exact.length > 0 ? exact : held.filter(({ name }) => name.labels.length === longest);
  return [...new Set(found.map(({ id }) => id))].toSorted();
}

function isCalled({ form, labels: own }: ServiceName, question: Labels, depth: number): boolean {
  const asked = question.slice(0, depth);
  const filled = asked.map((label, index) => (label === '*' ? (own[index] ?? label) : label));
  if (asked.includes('*') && form !== 'image' && form !== 'alias') return false;
  return isWithin(own, filled) && (own.length === depth || (form === 'image' && depth > 0));
}

test.each([1, 2, 3])('with the seed %i', (seed) => {
  const random = createRandom(seed);
  let services = operations.emptyServices(3);
  const directory = directoryOf(services, rules);
  const clients = ['10.1.0.77', '10.2.0.77', '192.0.2.1'];
  const told = (from: Directory, name: string, type: 'A' | 'PTR', client: string): string =>
    JSON.stringify(ask(from, name, { type, client, rules }));
  for (let left = 150; left > 0; left--) {
    const before = services;
    services = drawChange(random, before);
    if (services === before) continue;
    directory.apply(services, before);
    const anew = directoryOf(services, rules);
    for (let asked = 20; asked > 0; asked--) {
      const question = random.pick(questions);
      const [type, client] = [question.endsWith('arpa') ? 'PTR' : 'A', random.pick(clients)] as const;
      const found = directory.find(labelsOfText(question) ?? []).found;
      expect([question, ...[...found.keys()].toSorted()]).toEqual([question, ...idsOf(services, question)]);
      expect([question, told(directory, question, type, client)]).toEqual([
        question,
        told(anew, question, type, client),
      ]);
    }
  }
});
