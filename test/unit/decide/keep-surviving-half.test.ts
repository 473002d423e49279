/** `keep-surviving-half`: the data of the half that was answered counts, in every transport, once no server is left. */
import { describe, expect, test } from 'vitest';
import { playExchange, tidy } from './exchange-notation.ts';
import type { ExchangeSetting } from './exchange-notation.ts';

interface Case {
  readonly setting?: Partial<ExchangeSetting>;
  readonly lines: readonly string[];
  /** How the last line ends without the setting. */
  readonly without: string;
}

const onePass = { attempts: 1 };
const useVc = { ...onePass, useVc: true };
const strict = { ...onePass, strictError: true };

const overUdp: Readonly<Record<string, Case>> = {
  'AAAA answered, A lost': {
    setting: onePass,
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → POS AAAA=DATA',
    ],
    without: 'TEMP',
  },
  'AAAA answered by the first server, both lost at the second': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → wait 1000, send A s1',
      '+1000 timeout → POS AAAA=DATA',
    ],
    without: 'TEMP',
  },
  'A answered, then lost when it is asked again': {
    setting: onePass,
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'A DATA →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → POS A=DATA',
    ],
    without: 'TEMP',
  },
  'A answered, and the port closed before AAAA is': {
    setting: onePass,
    lines: ['start → wait 1000, send A s0, send AAAA s0', 'A DATA →', 'dead → close, POS A=DATA'],
    without: 'close, TEMP',
  },
  'one server has AAAA, the other A': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → wait 1000, send A s1',
      'A DATA  → send AAAA s1',
      'AAAA SF → POS A=DATA AAAA=DATA',
    ],
    without: 'POS A=DATA',
  },
  'one server has AAAA, the other no A': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → wait 1000, send A s1',
      'A EMPTY → send AAAA s1',
      'AAAA SF → POS A=EMPTY AAAA=DATA',
    ],
    without: 'NODATA A=EMPTY',
  },
  'what the last server says counts for what the first said': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → wait 1000, send A s1',
      'A NX    → send AAAA s1',
      'AAAA NX → NX A=NX AAAA=NX',
    ],
    without: 'NX A=NX AAAA=NX',
  },
  'A answered by the first server before its port closed, both lost at the second': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'A DATA  →',
      'dead    → close, wait 1000, send A s1, send AAAA s1',
      '+1000 timeout → POS A=DATA',
    ],
    without: 'TEMP',
  },
  'one server has A, the other no AAAA': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'A DATA  →',
      'dead    → close, wait 1000, send A s1, send AAAA s1',
      'A SF    →',
      'AAAA EMPTY → POS A=DATA AAAA=EMPTY',
    ],
    without: 'NODATA AAAA=EMPTY',
  },
  'a denial is no data': {
    setting: onePass,
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA NX →',
      '+1000 timeout → wait 1000, send A s0',
      '+1000 timeout → TEMP',
    ],
    without: 'TEMP',
  },
  'strict-error, A answered, AAAA failed': {
    setting: strict,
    lines: ['start → wait 1000, send A s0, send AAAA s0', 'A DATA →', 'AAAA SF → close, POS A=DATA'],
    without: 'close, TEMP',
  },
};

/** Without the setting the exchange goes another way before the last line. The other half is waited for first. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  'AAAA truncated before A is answered, TCP closed': [
    'start   → wait 1000, send A s0, send AAAA s0',
    'AAAA TC →',
    'A DATA  → close, connect s0 A AAAA, wait 1000',
    'tcp closed → connect s1 A AAAA, wait 1000',
    'tcp refused → POS A=DATA',
  ],
  'A truncated, AAAA fails': [
    'start   → wait 1000, send A s0, send AAAA s0',
    'A TC    →',
    'AAAA SF → close, connect s0 A AAAA, wait 1000',
  ],
  'both truncated': [
    'start   → wait 1000, send A s0, send AAAA s0',
    'A TC    →',
    'AAAA TC → close, connect s0 A AAAA, wait 1000',
  ],
  'A truncated, AAAA lost': [
    'start   → wait 1000, send A s0, send AAAA s0',
    'A TC    →',
    '+1000 timeout → close, connect s0 A AAAA, wait 1000',
  ],
  'A truncated, then the port closed: the next server is asked as usual': [
    'start   → wait 1000, send A s0, send AAAA s0',
    'A TC    →',
    'dead    → close, wait 1000, send A s1, send AAAA s1',
    'A DATA  →',
    'AAAA EMPTY → POS A=DATA AAAA=EMPTY',
  ],
};

const strictly: typeof otherwise = {
  'A failed, then AAAA answered': [
    'start   → wait 1000, send A s0, send AAAA s0',
    'A SF    →',
    'AAAA DATA → close, POS AAAA=DATA',
  ],
  'both failed': ['start → wait 1000, send A s0, send AAAA s0', 'A SF →', 'AAAA SF → close, SF'],
};

const overTcp: Readonly<Record<string, Case>> = {
  'A answered, AAAA truncated, TCP closed': {
    setting: onePass,
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'A DATA  →',
      'AAAA TC → close, connect s0 A AAAA, wait 1000',
      'tcp closed → POS A=DATA',
    ],
    without: 'TEMP',
  },
  'AAAA answered, A truncated, TCP refused': {
    setting: onePass,
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      'A TC    → close, connect s0 A AAAA, wait 1000',
      'tcp refused → POS AAAA=DATA',
    ],
    without: 'DEAD',
  },
  'A answered, AAAA truncated, no TCP at both servers': {
    setting: { ...onePass, servers: 2 },
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'A DATA  →',
      'AAAA TC → close, connect s0 A AAAA, wait 1000',
      'tcp closed → connect s1 A AAAA, wait 1000',
      'tcp refused → POS A=DATA',
    ],
    without: 'DEAD',
  },
  'over TCP alone: A answered, then the connection closed': {
    setting: useVc,
    lines: ['start → connect s0 A AAAA, wait 1000', 'A DATA →', 'tcp closed → POS A=DATA'],
    without: 'TEMP',
  },
  'over TCP alone: AAAA answered, A not in time': {
    setting: useVc,
    lines: ['start → connect s0 A AAAA, wait 1000', 'AAAA DATA →', '+1000 timeout → POS AAAA=DATA'],
    without: 'TEMP',
  },
  'over TCP alone: A answered, then the connection reset, twice': {
    setting: useVc,
    lines: [
      'start → connect s0 A AAAA, wait 1000',
      'A DATA →',
      'tcp reset → connect s0 A AAAA, wait 1000',
      'tcp reset → POS A=DATA',
    ],
    without: 'TEMP',
  },
};

const atTheDeadline: Readonly<Record<string, Case>> = {
  'over UDP: AAAA in hand': {
    lines: ['start → wait 1000, send A s0, send AAAA s0', 'AAAA DATA →', 'hurry → POS AAAA=DATA'],
    without: '',
  },
  'over UDP: AAAA of the round before in hand': {
    lines: [
      'start   → wait 1000, send A s0, send AAAA s0',
      'AAAA DATA →',
      '+1000 timeout → wait 1000, send A s0',
      'hurry → POS AAAA=DATA',
    ],
    without: '',
  },
  'over TCP: AAAA in hand': {
    setting: useVc,
    lines: ['start → connect s0 A AAAA, wait 1000', 'AAAA DATA →', 'hurry → POS AAAA=DATA'],
    without: '',
  },
  'A in hand needs no setting': {
    lines: ['start → wait 1000, send A s0, send AAAA s0', 'A DATA →', 'hurry → POS A=DATA'],
    without: 'POS A=DATA',
  },
  'nothing in hand': {
    lines: ['start → wait 1000, send A s0, send AAAA s0', 'hurry →'],
    without: '',
  },
};

describe.each([
  ['over UDP', overUdp],
  ['over TCP', overTcp],
  ["at the client's deadline", atTheDeadline],
])('%s', (_, cases) => {
  test.each(Object.entries(cases))('%s', (_name, { setting = {}, lines, without }) => {
    const played = (keepSurvivingHalf: boolean) => playExchange({ servers: 1, ...setting, keepSurvivingHalf }, lines);
    expect(tidy(played(true))).toEqual(tidy(lines));
    expect(
      playExchange({ servers: 1, ...setting }, lines)
        .at(-1)
        ?.split('→')[1]
        ?.trim(),
    ).toBe(without);
  });
});

describe.each([
  ['one half is truncated', otherwise, { servers: 2, ...onePass }],
  ['strict-error', strictly, { servers: 1, ...strict }],
])('%s', (_, cases, setting) => {
  test.each(Object.entries(cases))('%s', (_name, lines) => {
    expect(tidy(playExchange({ ...setting, keepSurvivingHalf: true }, lines))).toEqual(tidy(lines));
  });
});

test.each<[string, Partial<ExchangeSetting>, readonly string[]]>([
  [
    'without the setting',
    {},
    ['start → wait 1000, send A s0, send AAAA s0', 'A TC → close, connect s0 A AAAA, wait 1000'],
  ],
  [
    'a lone question',
    { kind: 'solo', slots: [0], keepSurvivingHalf: true },
    ['start → wait 1000, send A s0', 'A TC → close, connect s0 A, wait 1000'],
  ],
  [
    'one after the other, AAAA not asked yet',
    { serial: 'serial', keepSurvivingHalf: true },
    ['start → wait 1000, send A s0', 'A TC → close, connect s0 A AAAA, wait 1000'],
  ],
])('truncated: nothing is waited for %s', (_, setting, lines) => {
  expect(tidy(playExchange({ servers: 1, ...onePass, ...setting }, lines))).toEqual(tidy(lines));
});
