/** Until when the same search would come to the same end (cache semantics §1, §3), in the notation of `search-machine.ts`. */
import { describe, expect, test } from 'vitest';
import type { CandidateOutcome } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { consumeOutcome, nothingConsumed } from '../../../../sidecar/decide/search/consumed.ts';
import { replyOf } from '../replies.ts';
import { holdRules } from '../script.ts';
import { wholeSearch } from './search-machine.ts';

describe('an end is good', () => {
  holdRules(wholeSearch, [
    [
      'as long as its reply',
      'solo A name foo absolute kept',
      'open foo, send A s0, wait 5s | A DATA | judged POS A=DATA, end POS good 60s (POS A=DATA)',
    ],
    [
      'from when that came',
      'solo A name foo absolute kept',
      'open foo, send A s0, wait 5s | @2s A DATA | judged POS A=DATA, end POS good 62s (POS A=DATA)',
    ],
    [
      'for a pair as long as both',
      'pair name foo absolute kept',
      `open foo, send A+AAAA s0, wait 5s | A DATA | - | @1s AAAA EMPTY
       | judged POS A=DATA AAAA=EMPTY, end POS good 31s (POS A=DATA AAAA=EMPTY)`,
    ],
    [
      'with a denial without an SOA beside data',
      'pair name foo absolute kept',
      `open foo, send A+AAAA s0, wait 5s | A DATA | - | AAAA EMPTY#2
       | judged POS A=DATA AAAA=EMPTY#2, end POS good 5s (POS A=DATA AAAA=EMPTY)`,
    ],
    [
      'whichever half that is',
      'pair name foo absolute kept',
      `open foo, send A+AAAA s0, wait 5s | A EMPTY#2 | - | AAAA DATA
       | judged POS A=EMPTY#2 AAAA=DATA, end POS good 5s (POS A=EMPTY AAAA=DATA)`,
    ],
    [
      'but never with one beside a denial',
      'pair name foo absolute kept',
      `open foo, send A+AAAA s0, wait 5s | A EMPTY | - | AAAA EMPTY#2
       | judged NODATA A=EMPTY AAAA=EMPTY#2, end NODATA never (NODATA A=EMPTY AAAA=EMPTY)`,
    ],
    [
      'as long as the denials of earlier candidates',
      'solo A name foo search a kept',
      `open foo.a, send A s0, wait 5s | @1s A NX | judged NX A=NX, open foo, send A s0, wait 5s | @4s A DATA
       | judged POS A=DATA, end POS good 31s (NX A=NX, POS A=DATA)`,
    ],
    [
      'never behind a denial that is never good',
      'solo A name foo search a kept',
      `open foo.a, send A s0, wait 5s | A NX#2 | judged NX A=NX#2, open foo, send A s0, wait 5s | A DATA
       | judged POS A=DATA, end POS never (NX A=NX, POS A=DATA)`,
    ],
    [
      'as long as what came over TCP in place of a truncated reply',
      'solo A name foo absolute kept',
      'open foo, send A s0, wait 5s | A TC | close, connect A s0, wait 5s | A DATA | judged POS A=DATA, end POS good 60s (POS A=DATA)',
    ],
    [
      'with an alias that leads nowhere as long as that',
      'solo A name foo absolute kept',
      'open foo, send A s0, wait 5s | A ALIAS | judged POS A=ALIAS, end POS good 30s (POS A=ALIAS)',
    ],
  ]);
});

describe('what comes behind the outcome of a candidate', () => {
  holdRules(wholeSearch, [
    [
      'changes nothing of what that rests on',
      'open AAAA name foo absolute no-aaaa kept',
      `open foo, send A s0, wait 5s | A NX | - | foreign NX | - | window over | judged NX A=NX, end NONAME good 30s (NX A=NX)`,
    ],
  ]);
});

describe('an end is never good behind', () => {
  holdRules(
    wholeSearch,
    [
      ['SERVFAIL', 'A SERVFAIL'],
      ['REFUSED', 'A REFUSED'],
      ['NOTIMP', 'A NOTIMP'],
      ['a lame delegation', 'A LAME'],
      ['a dead server', 'dead'],
      ['less than a header', 'short'],
      ['a silence', 'timeout'],
      ['a question that was not sent', 'timeout unsent'],
    ].map(([rule = '', event = '']) => [
      rule,
      'solo A name foo absolute servers 2 kept',
      `open foo, send A s0, wait 5s | ${event} | ${event === 'timeout' ? '' : 'close, '}send A s1, wait 5s | A DATA
       | judged POS A=DATA, end POS never (POS A=DATA)`,
    ]),
  );
  holdRules(wholeSearch, [
    [
      'what is foreign',
      'solo A name foo absolute kept',
      'open foo, send A s0, wait 5s | foreign NX | - | A DATA | judged POS A=DATA, end POS never (POS A=DATA)',
    ],
    [
      'what cannot be read',
      'solo A name foo absolute kept',
      'open foo, send A s0, wait 5s | A BAD | judged POS A=BAD, end POS never (POS A=BAD)',
    ],
    [
      'a refusal of what was asked',
      'solo A name foo search a kept',
      `open foo.a, send A s0, wait 5s | A FORMERR | judged FATAL A=FORMERR rcode 1, open foo, send A s0, wait 5s | A DATA
       | judged POS A=DATA, end POS never (FATAL A=ODD, POS A=DATA)`,
    ],
    [
      'a connection that failed',
      'solo A name foo absolute servers 2 use-vc kept',
      'open foo, connect A s0, wait 5s | refused | connect A s1, wait 5s | A DATA | judged POS A=DATA, end POS never (POS A=DATA)',
    ],
    [
      'a half that was not waited for',
      'pair name foo absolute timeouts 20 kept',
      `open foo, send A+AAAA s0, wait 20s | A DATA | - | @9.5s client deadline
       | judged POS A=DATA, end POS never (POS A=DATA)`,
    ],
    [
      'the client deadline, whatever came then',
      'pair name foo absolute timeouts 20 kept',
      `open foo, send A+AAAA s0, wait 20s | @9.5s client deadline | - | A DATA | - | AAAA DATA
       | judged POS A=DATA AAAA=DATA, end POS never (POS A=DATA AAAA=DATA)`,
    ],
  ]);
});

describe('a silent server that is passed over', () => {
  const first = 'open foo, send A s0, wait 0.3s';
  const found = 'A DATA | judged POS A=DATA, end POS';
  holdRules(wholeSearch, [
    [
      'is passed over again while it is silent',
      'solo A name foo absolute servers 2 silent s0 kept',
      `${first} | timeout | send A s1, wait 5s | ${found} good 60s while silent (POS A=DATA)`,
    ],
    [
      'but not where its silence ends before the search does',
      'solo A name foo absolute servers 2 silent s0 kept',
      `${first} | timeout | send A s1, wait 5s | heard s0 | - | ${found} never while silent (POS A=DATA)`,
    ],
    [
      'nor where it was not passed over does its speaking matter',
      'solo A name foo absolute servers 2 silent s1 kept',
      `open foo, send A s0, wait 5s | heard s1 | - | ${found} good 60s (POS A=DATA)`,
    ],
    [
      'also one that became silent meanwhile',
      'solo A name foo absolute servers 2 kept',
      `open foo, send A s0, wait 5s | @1s silence s0 | wait 0s | timeout | send A s1, wait 5s | ${found} good 61s while silent (POS A=DATA)`,
    ],
    [
      'but not one that was heard',
      'solo A name foo absolute servers 2 silent s0 kept',
      `${first} | heard s0 | wait 5s | timeout | send A s1, wait 5s | ${found} never (POS A=DATA)`,
    ],
    [
      'nor where questions were not sent',
      'solo A name foo absolute servers 2 silent s0 kept',
      `${first} | timeout unsent | close, send A s1, wait 5s | ${found} never (POS A=DATA)`,
    ],
    [
      'nor where it is not there',
      'solo A name foo absolute servers 2 silent s0 kept',
      `${first} | dead | close, send A s1, wait 5s | ${found} never (POS A=DATA)`,
    ],
    [
      'nor where it has answered one half',
      'pair name foo absolute servers 2 silent s0 kept',
      `open foo, send A+AAAA s0, wait 0.3s | AAAA DATA | - | timeout | send A s0, wait 0.3s | A DATA | send AAAA s0 | AAAA DATA
       | judged POS A=DATA AAAA=DATA, end POS never (POS A=DATA AAAA=DATA)`,
    ],
    [
      'nor with a failover reply',
      'pair name foo absolute servers 2 silent s0 kept',
      `open foo, send A+AAAA s0, wait 0.3s | A SERVFAIL | - | timeout | send A+AAAA s1, wait 5s | A DATA | - | AAAA DATA
       | judged POS A=DATA AAAA=DATA, end POS never (POS A=DATA AAAA=DATA)`,
    ],
    [
      'nor over TCP',
      'solo A name foo absolute servers 2 silent s0 use-vc kept',
      `open foo, connect A s0, wait 5s | timeout | connect A s1, wait 5s | ${found} never (POS A=DATA)`,
    ],
  ]);
});

describe('a candidate with replies', () => {
  const outcome: CandidateOutcome = { code: 'POS', halves: [replyOf('DATA'), undefined], rcode: 0 };

  test.each([
    ['of which', undefined],
    ['of both of which', replyOf('EMPTY')],
  ])('%s nothing is known is never good', (_, other) => {
    const halves = [outcome.halves[0], other] as const;
    expect(consumeOutcome(nothingConsumed, { ...outcome, halves })).toEqual({
      goodUntil: -Infinity,
      passedSilent: false,
      candidates: [{ code: 'POS', classes: ['DATA', other?.class] }],
    });
  });
});
