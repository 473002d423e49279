/** Where the local names stand among the candidates of a search. */
import { expect, test } from 'vitest';
import { findLocalCandidate, type LocalOutcome } from '../../../../sidecar/decide/search/local-candidates.ts';
import { wireSearchEntries } from '../../../../sidecar/decide/search/search-list.ts';
import { encodeName, formatName, rootName } from '../../../../sidecar/wire/name.ts';

const known: Readonly<Record<string, LocalOutcome>> = {
  'web.docker': 'records',
  'six.docker': 'no-data',
  'six.second': 'records',
  'new.docker': 'not-ready',
  'gone.docker': 'no-such-name',
  'gone.second': 'records',
  'a.b': 'records',
};

test.each<[name: string, search: string[], found: string]>([
  ['web', ['docker'], 'web.docker first'],
  ['web', ['corp', 'docker'], 'web.docker later'],
  ['web', ['docker', 'corp'], 'web.docker first'],
  ['web', ['corp'], 'none'],
  ['web', [], 'none'],
  // What has no data, or is denied, is passed over, and no nameserver comes before what follows.
  ['six', ['docker', 'second'], 'six.second first'],
  ['gone', ['docker', 'second'], 'gone.second first'],
  ['six', ['docker', 'corp', 'second'], 'six.second later'],
  ['new', ['docker'], 'new.docker first'],
  // With so many dots the name itself comes first.
  ['a.b', ['docker'], 'a.b first'],
  ['x.a.b', ['docker'], 'none'],
])('%s with search %j: %s', (name, search, found) => {
  const wire = encodeName(name) ?? rootName;
  const rules = { search: wireSearchEntries(search), ndots: 1, noTldQuery: false, hostNamesOnly: true };
  const request = { name: wire, dots: name.split('.').length - 1, absolute: false };
  const candidate = findLocalCandidate(request, rules, (one) => known[formatName(one)]);
  expect(
    candidate === undefined ? 'none' : `${formatName(candidate.name)} ${candidate.isFirst ? 'first' : 'later'}`,
  ).toBe(found);
});
