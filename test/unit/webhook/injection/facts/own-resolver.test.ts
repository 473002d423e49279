/** Containers of images that bring a resolver of their own. */
import { describe, expect, test } from 'vitest';
import { ownResolver } from '../../../../../webhook/injection/facts/own-resolver.ts';
import type { JsonObject } from '../../../../../webhook/kubernetes/json.ts';

const container = (name: string, image: string, env: Record<string, string> = {}): JsonObject => ({
  name,
  image,
  env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
});

const judged = (containers: JsonObject[], { isOptedOutByUs = false, lists = 'containers' } = {}) =>
  ownResolver(
    { spec: { [lists]: containers } },
    { dnsServerImages: ['go-dnsmasq'], isOptedOutByUs: () => isOptedOutByUs },
  );

describe('it is there', () => {
  test.each<[what: string, containers: JsonObject[], isThere: boolean]>([
    ['by the name of the image', [container('a', 'janeczku/alpine-kubernetes:3.3')], true],
    ['by the name in another registry', [container('a', 'registry.example/x/alpine-kubernetes')], true],
    ['by a variable', [container('a', 'company/app', { DNSMASQ_NDOTS: '1' })], true],
    ['by one that is not handed on', [container('a', 'company/app', { DNSMASQ_LISTEN: '127.0.0.1' })], true],
    ['by the opt-out', [container('a', 'company/app', { ALPINE_NO_RESOLVER: 'yes' })], true],
    ['in the second container', [container('a', 'x'), container('b', 'y', { DNSMASQ_POLL: '1' })], true],
    ['not by an empty opt-out', [container('a', 'company/app', { ALPINE_NO_RESOLVER: '' })], false],
    ['not by others', [container('a', 'company/app', { DNSMASQ_OTHER: '1', GRAPHITE_SERVER: 'g' })], false],
    ['not in an image of a DNS server', [container('a', 'janeczku/go-dnsmasq', { DNSMASQ_NDOTS: '1' })], false],
    ['not in our own container', [container('alpine-resolver', 'x', { DNSMASQ_NDOTS: '1' })], false],
  ])('%s', (_what, containers, isThere) => {
    expect(judged(containers).isThere).toBe(isThere);
  });

  test('not by an opt-out of ours, but by the rest', () => {
    const optedOut = { ALPINE_NO_RESOLVER: 'true' };
    expect(judged([container('a', 'x', optedOut)], { isOptedOutByUs: true }).isThere).toBe(false);
    expect(judged([container('a', 'x', { ...optedOut, DNSMASQ_NDOTS: '1' })], { isOptedOutByUs: true }).isThere).toBe(
      true,
    );
  });

  test('in an init container', () => {
    expect(judged([container('a', 'x', { DNSMASQ_NDOTS: '1' })], { lists: 'initContainers' }).variables).toEqual([
      { name: 'DNSMASQ_NDOTS', text: '1' },
    ]);
  });
});

test('of its variables those are handed on that are not about itself', () => {
  const about = {
    DNSMASQ_LISTEN: '1.2.3.4',
    DNSMASQ_DEFAULT: 'true',
    DNSMASQ_SYSTEMD: 'true',
    DNSMASQ_HOSTSFILE: '/x',
    DNSMASQ_POLL: '1',
  };
  const { variables, values, notCopied } = judged([
    container('a', 'x', {
      ...about,
      DNSMASQ_SEARCH: 'a.test',
      DNSMASQ_SERVERS: '10.0.0.1',
      DNSMASQ_RR: '',
      GO_DNSMASQ_RSTALE_TTL: '1',
    }),
  ]);
  expect(variables).toEqual([
    { name: 'DNSMASQ_SERVERS', text: '10.0.0.1' },
    { name: 'DNSMASQ_SEARCH', text: 'a.test' },
  ]);
  expect(values).toEqual({ nameservers: ['10.0.0.1'], searches: ['a.test'] });
  expect(notCopied).toEqual([]);
});

test('the last of a name counts, and the text is the one that the kubelet makes', () => {
  const env = [
    { name: 'DNSMASQ_STUB', value: 'a.test/1.1.1.1' },
    { name: 'DNSMASQ_STUB', value: 'a$$b.test/1.1.1.1' },
  ];
  expect(judged([{ name: 'a', image: 'x', env }]).variables).toEqual([
    { name: 'DNSMASQ_STUB', text: 'a$b.test/1.1.1.1' },
  ]);
});

describe('containers', () => {
  const ndots = (name: string, text: string): JsonObject => container(name, 'x', { DNSMASQ_NDOTS: text });

  test('that say the same, and one that says nothing', () => {
    const { variables, notCopied } = judged([
      ndots('a', '1'),
      container('c', 'x', { DNSMASQ_LISTEN: '127.0.0.2' }),
      ndots('b', '1'),
    ]);
    expect(variables).toEqual([{ name: 'DNSMASQ_NDOTS', text: '1' }]);
    expect(notCopied).toEqual([]);
  });

  test.each([
    ['another value', ndots('b', '2')],
    ['one more', container('b', 'x', { DNSMASQ_NDOTS: '1', DNSMASQ_NOREC: 'true' })],
    ['a value from elsewhere', { name: 'b', image: 'x', env: [{ name: 'DNSMASQ_NDOTS', valueFrom: {} }] }],
  ])('that say different things: %s', (_what, other) => {
    expect(judged([ndots('a', '1'), other])).toEqual({
      isThere: true,
      variables: [],
      values: {},
      notCopied: [
        'containers a and b set different DNSMASQ_ variables: the sidecar, which serves both, gets none of them',
      ],
    });
  });
});

test.each([
  [
    'a value from elsewhere',
    { name: 'DNSMASQ_NDOTS', valueFrom: { configMapKeyRef: {} } },
    /^DNSMASQ_NDOTS of container a is not a plain text/,
  ],
  [
    'one of other variables',
    { name: 'DNSMASQ_NDOTS', value: '$(NDOTS)' },
    /^DNSMASQ_NDOTS of container a is not a plain text/,
  ],
  [
    'one that is not accepted',
    { name: 'DNSMASQ_NDOTS', value: 'x' },
    /^the sidecar does not get what container a sets: DNSMASQ_NDOTS: "x" is not accepted/,
  ],
])('%s is not handed on, and the rest is', (_what, entry, message) => {
  const env = [entry, { name: 'DNSMASQ_NOREC', value: 'true' }] as unknown as JsonObject[];
  const { variables, values, notCopied } = judged([{ name: 'a', image: 'x', env }]);
  expect(variables).toEqual([{ name: 'DNSMASQ_NOREC', text: 'true' }]);
  expect(values).toEqual({ noRec: true });
  expect(notCopied).toHaveLength(1);
  expect(notCopied[0]).toMatch(message);
});
