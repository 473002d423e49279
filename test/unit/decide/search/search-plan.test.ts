/** What options of the resolv.conf mean for a search, and what its queries say. */
import { describe, expect, test } from 'vitest';
import { fieldsKey, queryFields, searchPlan, typeOfHalf } from '../../../../sidecar/decide/search/search-plan.ts';
import { rootName } from '../../../../sidecar/wire/name.ts';

const options = {
  servers: [{ timeoutMs: 5000 }, { timeoutMs: 3000 }],
  search: [],
  ndots: 1,
  attempts: 2,
  rotate: false,
  noTldQuery: false,
  useVc: false,
  strictError: false,
  singleRequest: false,
  singleRequestReopen: false,
  noAaaa: false,
  edns0: false,
  trustAd: false,
};
const settings = { hostNameFilter: true, keepSurvivingHalf: false };
const question = {
  request: { name: rootName, dots: 0, absolute: true },
  type: 1,
  addresses: true,
  ad: false,
  cd: false,
  edns: undefined,
};
const otherType = { ...question, type: 16, addresses: false };

function planOf(changed: Partial<typeof options>, asked = question) {
  return searchPlan({ ...options, ...changed }, settings, asked);
}

describe('the plan', () => {
  test('is of the servers in their order, and of the options', () => {
    expect(planOf({ ndots: 3, noTldQuery: true, useVc: true, strictError: true })).toEqual({
      request: question.request,
      rules: { search: [], ndots: 3, noTldQuery: true, hostNamesOnly: true },
      exchange: {
        order: [0, 1],
        timeoutsMs: [5000, 3000],
        attempts: 2,
        useVc: true,
        strictError: true,
        keepSurvivingHalf: false,
      },
      rotate: false,
      onlyA: false,
      serial: 'parallel',
    });
  });

  test('of an exchange is made once for a configuration', () => {
    const own = { ...options };
    expect(searchPlan(own, settings, otherType).exchange).toBe(searchPlan(own, settings, question).exchange);
  });

  test('is of the servers of the configuration, in front of those of stub zones', () => {
    const usual = { order: [0] };
    const { exchange } = searchPlan({ ...options, routes: { usual, zones: new Map() } }, settings, question);
    expect(exchange.order).toBe(usual.order);
  });

  test('keeps a surviving half where the setting says so', () => {
    expect(searchPlan(options, { ...settings, keepSurvivingHalf: true }, question).exchange.keepSurvivingHalf).toBe(
      true,
    );
  });

  test.each([
    ['an address lookup with the setting', question, true, true],
    ['one without', question, false, false],
    ['another type', otherType, true, false],
  ])('reads host names alone: %s', (_, asked, hostNameFilter, expected) => {
    expect(searchPlan(options, { ...settings, hostNameFilter }, asked).rules.hostNamesOnly).toBe(expected);
  });

  test.each([
    ['two servers', options.servers, true],
    ['one server', options.servers.slice(1), false],
    ['none', [], false],
  ])('rotates %s', (_, servers, expected) => {
    expect([planOf({ servers, rotate: true }).rotate, planOf({ servers }).rotate]).toEqual([expected, false]);
  });

  test('a name with too few dots is not sent as it is', () => {
    const withoutAsIs = (minForwardedDots: number, dots: number): boolean | undefined =>
      searchPlan(options, { ...settings, minForwardedDots }, { ...question, request: { ...question.request, dots } })
        .rules.withoutAsIs;
    expect([withoutAsIs(0, 0), withoutAsIs(1, 0), withoutAsIs(1, 1)]).toEqual([undefined, true, undefined]);
  });

  test('no-aaaa is of address lookups', () => {
    expect([planOf({ noAaaa: true }).onlyA, planOf({ noAaaa: true }, otherType).onlyA]).toEqual([true, false]);
  });

  test.each([
    ['single-request', { singleRequest: true }, 'serial'],
    ['single-request-reopen', { singleRequestReopen: true }, 'reopen'],
    ['both', { singleRequest: true, singleRequestReopen: true }, 'reopen'],
  ])('%s', (_, changed, expected) => {
    expect(planOf(changed).serial).toBe(expected);
  });
});

test.each([
  ['A of an address lookup', question, 0, 1],
  ['AAAA of it', question, 1, 28],
  ['A where AAAA came first', { ...question, type: 28 }, 0, 1],
  ['another type', otherType, 0, 16],
  ['AAAA that is no address lookup', { ...otherType, type: 28 }, 0, 28],
] as const)('the type of a half: %s', (_, asked, half, type) => {
  expect(typeOfHalf(asked, half)).toBe(type);
});

describe('the queries', () => {
  const edns0 = { payloadSize: 1200, dnssecOk: false };
  const own = { payloadSize: 1232, dnssecOk: true };

  test.each([
    ['plain', {}, question, { rd: true, ad: false, cd: false }],
    ['AD and CD of the client', {}, { ...question, ad: true, cd: true }, { rd: true, ad: true, cd: true }],
    ['trust-ad', { trustAd: true }, question, { rd: true, ad: true, cd: false }],
    ['edns0', { edns0: true }, question, { rd: true, ad: false, cd: false, edns: edns0 }],
    ["the client's own OPT", {}, { ...question, edns: own }, { rd: true, ad: false, cd: false, edns: own }],
    ['both', { edns0: true }, { ...question, edns: own }, { rd: true, ad: false, cd: false, edns: own }],
  ])('%s', (_, changed, asked, expected) => {
    expect(queryFields({ ...options, ...changed }, asked, [0, 1])).toEqual(expected);
  });

  test.each([
    ['AAAA alone with no-aaaa', { noAaaa: true }, question, [1], undefined],
    ['AAAA beside A', { noAaaa: true }, question, [0, 1], edns0],
    ['A alone', { noAaaa: true }, question, [0], edns0],
    ['AAAA alone without it', {}, question, [1], edns0],
    ['no address lookup', { noAaaa: true }, { ...otherType, type: 28 }, [1], edns0],
  ] as const)('edns0 of %s', (_, changed, asked, halves, expected) => {
    expect(queryFields({ ...options, ...changed, edns0: true }, asked, halves).edns).toEqual(expected);
  });
});

describe('replies are remembered apart', () => {
  const plain = { rd: true, ad: false, cd: false };
  const edns = { payloadSize: 1232, dnssecOk: false };

  test.each([
    ['plain queries', plain, ''],
    ['with AD', { ...plain, ad: true }, 'a'],
    ['with CD', { ...plain, cd: true }, 'c'],
    ['with OPT, by its payload size', { ...plain, edns }, '1232'],
    ['and with DO', { ...plain, edns: { ...edns, dnssecOk: true } }, '1232d'],
    ['with all of it', { rd: true, ad: true, cd: true, edns }, 'ac1232'],
  ])('%s', (_, fields, key) => {
    expect(fieldsKey(fields)).toBe(key);
  });
});
