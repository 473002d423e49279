/** Random DNS fields of pods, valid and not. */
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import type { Random } from '../support/random.ts';

const policies = { ClusterFirst: 6, ClusterFirstWithHostNet: 1, Default: 2, None: 2 } as const;

/** DNS fields of a pod: about half have none, and about one in ten a value that some API server refuses. */
export function randomDnsFields(random: Random): JsonObject {
  if (random.chance(0.4)) return {};
  const policy = random.weighted(policies);
  const config = randomDnsConfig(random, { oddChance: 0.01, isNeeded: policy === 'None' });
  return { dnsPolicy: policy, ...((policy === 'None' || random.chance(0.6)) && { dnsConfig: config }) };
}

/** Fields in which every value may be an odd one: for the comparison of our rules with the API server's. */
export function oddDnsFields(random: Random): JsonObject {
  const policy = random.chance(0.05) ? random.pick(['none', 'Sometimes', 'clusterFirst']) : random.weighted(policies);
  const config = randomDnsConfig(random, { oddChance: random.pick([0.1, 0.3]), isNeeded: random.chance(0.7) });
  return { dnsPolicy: policy, ...(random.chance(0.95) && { dnsConfig: config }) };
}

/** Fields of which some releases of Kubernetes refuse a value that others take. */
export function disputedDnsFields(random: Random): JsonObject {
  const disputed = random.pick([
    { nameservers: ['010.96.000.010'] },
    { nameservers: ['192.0.2.53', '::ffff:192.0.2.1'] },
    { nameservers: ['192.0.2.53'], searches: ['_tcp.example'] },
  ]);
  return { dnsPolicy: random.weighted(policies), dnsConfig: disputed };
}

function randomDnsConfig(
  random: Random,
  { oddChance, isNeeded }: { oddChance: number; isNeeded: boolean },
): JsonObject {
  const some = <Value>(most: number, make: () => Value): Value[] =>
    Array.from({ length: random.between(0, most) }, () => make());
  const most = random.chance(oddChance / 3) ? 40 : 3;
  const nameservers = some(random.chance(oddChance) ? 5 : 3, () => nameserver(random, oddChance));
  if (isNeeded && nameservers.length === 0) nameservers.push(nameserver(random, oddChance));
  const searches = some(most, () => search(random, oddChance));
  const options = some(2, () => ({
    ...(!random.chance(oddChance / 4) && { name: random.pick(['ndots', 'timeout', 'single-request', 'x']) }),
    ...(random.chance(0.6) && { value: random.pick(['2', '5', '']) }),
  }));
  return {
    ...(nameservers.length > 0 && { nameservers }),
    ...(searches.length > 0 && { searches }),
    ...(options.length > 0 && { options }),
  };
}

function nameserver(random: Random, oddChance: number): string {
  return random.chance(oddChance)
    ? oddAddress(random)
    : random.pick(['192.0.2.53', '198.51.100.1', '2001:db8::53', '10.96.0.10']);
}

/** Addresses out of the parts that the rules tell apart. */
function oddAddress(random: Random): string {
  const octet = (): string =>
    random.pick(['0', '1', '7', '08', '010', '096', '000', '255', '256', '0255', '0x1', '', 'a', '00000001']);
  const quad = (): string => Array.from({ length: random.pick([4, 4, 4, 4, 3, 5]) }, octet).join('.');
  const group = (): string => random.pick(['0', '1', 'db8', 'FFFF', 'ffff', '00001', '0ffff', '10000', 'g', '']);
  const groups = (count: number): string => Array.from({ length: count }, group).join(':');
  switch (random.weighted({ quad: 6, groups: 3, short: 4, mapped: 3, zone: 1, text: 1 })) {
    case 'quad':
      return quad();
    case 'groups':
      return groups(random.pick([7, 8, 8, 8, 9]));
    case 'short':
      return `${groups(random.between(0, 4))}::${groups(random.between(0, 4))}${random.chance(0.2) ? `:${quad()}` : ''}`;
    case 'mapped':
      return `::${random.pick(['ffff:', 'FFFF:', '', '0:ffff:', 'fffe:'])}${random.chance(0.7) ? quad() : groups(2)}`;
    case 'zone':
      return `fe80::1%${random.pick(['eth0', '1', ''])}`;
    case 'text':
      return random.pick([
        'dns.example',
        '',
        ' 192.0.2.1',
        '192.0.2.1 ',
        '192.0.2.1:53',
        '[::1]',
        '::',
        ':',
        '٣.0.0.1',
        '1.1.1.1\n',
      ]);
  }
}

function search(random: Random, oddChance: number): string {
  if (!random.chance(oddChance)) return random.pick(['corp.example', 'a.', 'svc.cluster.local', 'n-1.example', '9']);
  const label = (): string =>
    random.pick([
      '_',
      '__',
      '_a',
      'a_',
      'a_b',
      'A',
      '-a',
      'a-',
      'a--b',
      '',
      '9',
      'ü',
      'a b',
      '*',
      'x'.repeat(63),
      'y'.repeat(64),
    ]);
  if (random.chance(0.15))
    return random.pick(['.', '..', '', ' ', 'a\n', 'a\t', 'z'.repeat(253), 'z'.repeat(254), `${'z'.repeat(253)}.`]);
  return `${Array.from({ length: random.between(1, 4) }, () => (random.chance(0.5) ? 'ok' : label())).join('.')}${random.chance(0.2) ? '.' : ''}`;
}
