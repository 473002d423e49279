/** What a search decides beyond a single candidate: `no-aaaa`, held outcomes, what is left to the next candidate, its ends. */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { wholeSearch } from './search-machine.ts';

/** No name can stand in front of it. */
const tooLong = `${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(59)}`;

describe('candidates one after the other', () => {
  holdRules(wholeSearch, [
    [
      'each has sockets of its own, and begins at the first server',
      'solo A name foo search a,b servers 2 attempts 1',
      `open foo.a, send A s0, wait 5s | A SERVFAIL | close, send A s1, wait 5s
       | A NX | judged NX A=NX, open foo.b, send A s0, wait 5s | A DATA | judged POS A=DATA, end POS`,
    ],
    [
      'with rotate each begins one server later',
      'solo A name foo search a,b servers 2 rotate',
      'open foo.a, send A s0, wait 5s | A NX | judged NX A=NX, open foo.b, send A s1, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s',
    ],
    [
      'and goes on in the same order',
      'solo A name foo search a servers 3 rotate attempts 1 timeouts 1,2,3',
      `open foo.a, send A s0, wait 1s | A NX | judged NX A=NX, open foo, send A s1, wait 2s | timeout | send A s2, wait 3s
       | timeout | send A s0, wait 1s | timeout | judged TEMP, end AGAIN`,
    ],
    [
      'a zone of one server does not take a turn of the others',
      'solo A name foo search a,b servers 3 usual 2 rotate zones a=2',
      `open foo.a, send A s2, wait 5s | A NX | judged NX A=NX, open foo.b, send A s0, wait 5s
       | A NX | judged NX A=NX, open foo, send A s1, wait 5s`,
    ],
    [
      'one server cannot be rotated',
      'solo A name foo search a rotate',
      'open foo.a, send A s0, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s',
    ],
    [
      'between two of them nothing is waited for',
      'solo A name foo search a told',
      `alarm client-deadline 9.5s, open foo.a, send A s0, wait 5s
       | A NX | no wait, judged NX A=NX, open foo, send A s0, wait 5s | A NX | no wait, judged NX A=NX, end NONAME`,
    ],
    [
      'the search limit is waited for once the client deadline is over, from the beginning of the search',
      'solo A name foo timeouts 30 told',
      `alarm client-deadline 9.5s, open foo, send A s0, wait 30s | @10s client deadline | alarm search-limit 35s
       | @45s limit | end LIMIT`,
    ],
    [
      'nothing after the end',
      'solo A name foo',
      'open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME | A DATA | - | limit | -',
    ],
    [
      'a name that cannot be written is the end before anything is asked',
      `solo A name foo search ${tooLong} no-tld-query`,
      'end NORECOVERY',
    ],
  ]);
});

describe('what a candidate leaves to the next', () => {
  holdRules(wholeSearch, [
    [
      'the serial mode',
      'pair name foo search a timeouts 1 attempts 1',
      `open foo.a, send A+AAAA s0, wait 1s | A NX | - | @1s timeout | send A s0, wait 1s | A NX | send AAAA s0
       | AAAA NX | judged NX A=NX AAAA=NX, open foo, send A s0, wait 1s`,
    ],
    [
      'single-request is there from the first on',
      'pair name foo search a serial',
      'open foo.a, send A s0, wait 5s | A NX | send AAAA s0 | AAAA NX | judged NX A=NX AAAA=NX, open foo, send A s0, wait 5s',
    ],
    [
      'the servers whose time ran out',
      'solo A name foo search a,b servers 2 attempts 1 timeouts 5,5',
      `open foo.a, send A s0, wait 5s | @5s timeout | send A s1, wait 5s | @5s A NX
       | judged NX A=NX, open foo.b, send A s0, wait 0.3s`,
    ],
    [
      'which servers are silent is read anew',
      'solo A name foo search a servers 2 timeouts 5,5 silent s0',
      'open foo.a, send A s0, wait 0.3s | heard s0 | wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 0.3s',
    ],
    [
      'nothing else: an earlier one may have been asked over TCP',
      'solo A name foo search a',
      'open foo.a, send A s0, wait 5s | A TC | close, connect A s0, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s',
    ],
  ]);
});

describe('events of an earlier server are void', () => {
  holdRules(wholeSearch, [
    [
      'of another server',
      'solo A name foo servers 2 attempts 1',
      'open foo, send A s0, wait 5s | A SERVFAIL | close, send A s1, wait 5s | stale dead | - | A NX | judged NX A=NX, end NONAME',
    ],
    [
      'of the same server in another attempt',
      'solo A name foo attempts 2',
      'open foo, send A s0, wait 5s | dead | close, send A s0, wait 5s | stale dead | - | dead | close, judged DEAD, end AGAIN',
    ],
    [
      'of another candidate',
      'solo A name foo search a attempts 1',
      'open foo.a, send A s0, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s | stale timeout | - | A NX | judged NX A=NX, end NONAME',
    ],
    [
      'of another transport',
      'solo A name foo attempts 1',
      'open foo, send A s0, wait 5s | A TC | close, connect A s0, wait 5s | stale A NX | - | A DATA | judged POS A=DATA, end POS',
    ],
    [
      'of a server and transport before the last',
      'solo A name foo servers 2',
      `open foo, send A s0, wait 5s | A TC | close, connect A s0, wait 5s | closed | connect A s1, wait 5s
       | first A NX | - | A DATA | judged POS A=DATA, end POS`,
    ],
    [
      'a late datagram of the same server counts',
      'pair name foo timeouts 1 attempts 1',
      'open foo, send A+AAAA s0, wait 1s | A NX | - | @1s timeout | send A s0, wait 1s | stale A NX | send AAAA s0 | AAAA NX | judged NX A=NX AAAA=NX, end NONAME',
    ],
    [
      'so does one of the connection that was made anew',
      'solo A name foo use-vc',
      'open foo, connect A s0, wait 5s | reset | connect A s0, wait 5s | stale A NX | judged NX A=NX, end NONAME',
    ],
  ]);
});

describe('which datagrams are waited for', () => {
  holdRules(wholeSearch, [
    [
      'those of the server whose turn it is',
      'solo A name foo servers 2 attempts 1',
      'open foo, send A s0, wait 5s | awaits s0 | yes | awaits s1 | no | timeout | send A s1, wait 5s | awaits s0 | no | awaits s1 | yes',
    ],
    ['none over TCP', 'solo A name foo use-vc', 'open foo, connect A s0, wait 5s | awaits s0 | no'],
    [
      'none while the sibling is waited for',
      'open A name foo',
      'open foo, send A s0, wait 5s | awaits s0 | yes | A NX | - | awaits s0 | yes | timeout | - | awaits s0 | no',
    ],
    [
      'none behind the end',
      'solo A name foo',
      'open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME | awaits s0 | no',
    ],
  ]);
});

describe('whether there is a reply that can be used', () => {
  holdRules(wholeSearch, [
    [
      'not before the first',
      'pair name foo',
      'open foo, send A+AAAA s0, wait 5s | in hand | no | AAAA DATA | - | in hand | yes',
    ],
    [
      'not of the candidate before',
      'solo A name foo search a',
      'open foo.a, send A s0, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s | in hand | no',
    ],
    [
      'a failover reply is none',
      'pair name foo servers 2',
      'open foo, send A+AAAA s0, wait 5s | A SERVFAIL | - | in hand | no',
    ],
    [
      'over TCP, too',
      'pair name foo use-vc',
      'open foo, connect A+AAAA s0, wait 5s | in hand | no | A NX | - | in hand | yes',
    ],
    [
      'of a server before, where data of one half is kept',
      'pair name foo servers 2 attempts 1 keep-surviving-half',
      'open foo, send A+AAAA s0, wait 5s | A DATA | - | @5s timeout | send A s0, wait 0.3s | in hand | yes',
    ],
    [
      'while it is held for the sibling',
      'open A name foo',
      'open foo, send A s0, wait 5s | in hand | no | A NX | - | in hand | yes',
    ],
    [
      'while an outcome is held, whatever it is',
      'open A name foo attempts 1',
      'open foo, send A s0, wait 5s | dead | close | in hand | yes',
    ],
    ['while an end is held', `open A name foo search ${tooLong} no-tld-query`, '- | in hand | yes'],
    [
      'not behind the end',
      'solo A name foo',
      'open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME | in hand | no',
    ],
  ]);
});

describe('a first question whose sibling may still come', () => {
  holdRules(wholeSearch, [
    [
      'the exchange waits with its reply: no sibling came',
      'open A name foo search a',
      'open foo.a, send A s0, wait 5s | A NX | - | window over | judged NX A=NX, open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME',
    ],
    [
      'the sibling came: it is asked there',
      'open A name foo search a',
      'open foo.a, send A s0, wait 5s | A NX | - | join AAAA | send AAAA s0 | AAAA NX | judged NX A=NX AAAA=NX, open foo, send A+AAAA s0, wait 5s',
    ],
    [
      'an outcome is held: no sibling came',
      'open A name foo search a attempts 1 told',
      `alarm client-deadline 9.5s, open foo.a, send A s0, wait 5s | dead | close, no wait
       | window over | judged DEAD, end AGAIN`,
    ],
    [
      'the sibling came: the candidate is asked anew for both',
      'open AAAA name foo search a servers 2 rotate attempts 1',
      `open foo.a, send AAAA s0, wait 5s | dead | close, send AAAA s1, wait 5s | dead | close
       | join A | open foo.a, send A+AAAA s1, wait 5s | A NX | - | AAAA NX | judged NX A=NX AAAA=NX, open foo, send A+AAAA s0, wait 5s`,
    ],
    [
      'a pair stays one, also behind the window',
      'open A name foo search a',
      `open foo.a, send A s0, wait 5s | A NX | - | join AAAA | send AAAA s0 | window over | - | AAAA NX
       | judged NX A=NX AAAA=NX, open foo, send A+AAAA s0, wait 5s | A DATA | - | client deadline | judged POS A=DATA, end POS`,
    ],
    [
      'data may be answered before the sibling comes',
      'open A name foo search a',
      'open foo.a, send A s0, wait 5s | A DATA | early A DATA of foo.a | window over | judged POS A=DATA, end POS',
    ],
    [
      'unless aliases behind the data say something to a lone question alone',
      'open A name foo search a',
      'open foo.a, send A s0, wait 5s | A DATA/LATER | - | window over | judged POS A=DATA, end POS',
    ],
    [
      'nor where the name is no host name because of the search entry',
      'open A name foo search a!b host-names-only',
      'open foo.a!b, send A s0, wait 5s | A DATA | - | window over | judged POS A=DATA, end NONAME',
    ],
    [
      'but for a program that reads any name',
      'open A name foo search a!b',
      'open foo.a!b, send A s0, wait 5s | A DATA | early A DATA of foo.a!b',
    ],
    [
      'an end before anything was asked is held, too: no sibling came',
      `open A name foo search ${tooLong} no-tld-query`,
      '- | window over | end NORECOVERY',
    ],
    ['it came', `open A name foo search ${tooLong} no-tld-query`, '- | join AAAA | end NORECOVERY | window over | -'],
    [
      'a second sibling is none, nor is one behind the window',
      'open A name foo search a attempts 1',
      'open foo.a, send A s0, wait 5s | window over | - | join AAAA | - | A NX | judged NX A=NX, open foo, send A s0, wait 5s',
    ],
    [
      'the window is nothing to a pair',
      'open A name foo',
      'open foo, send A s0, wait 5s | join AAAA | send AAAA s0 | window over | - | join AAAA | - | A NX | - | AAAA NX | judged NX A=NX AAAA=NX, end NONAME',
    ],
    [
      'later candidates are asked for both at once',
      'open AAAA name foo search a serial',
      'open foo.a | join A | send A s0, wait 5s | A NX | send AAAA s0 | AAAA NX | judged NX A=NX AAAA=NX, open foo, send A s0, wait 5s',
    ],
    [
      'and for one where it stayed alone',
      'open AAAA name foo search a serial',
      'open foo.a | window over | send AAAA s0, wait 5s | AAAA NX | judged NX AAAA=NX, open foo, send AAAA s0, wait 5s',
    ],
  ]);
});

describe('no-aaaa: upstream there is the A question alone', () => {
  holdRules(wholeSearch, [
    ['of a pair', 'pair name foo no-aaaa', 'open foo, send A s0, wait 5s | A DATA | judged POS A=DATA, end POS'],
    [
      'in place of AAAA: the name exists, and has no records of the type',
      'solo AAAA name foo search a no-aaaa',
      'open foo.a, send A s0, wait 5s | A DATA | judged NODATA A=DATA, open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NODATA',
    ],
    [
      'or does not exist',
      'solo AAAA name foo no-aaaa',
      'open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME',
    ],
    [
      'without the option AAAA is asked',
      'solo AAAA name foo',
      'open foo, send AAAA s0, wait 5s | AAAA DATA | judged POS AAAA=DATA, end POS',
    ],
    [
      'nobody is there: nothing is answered early',
      'open A name foo no-aaaa attempts 1',
      'open foo, send A s0, wait 5s | dead | close | window over | judged DEAD, end AGAIN',
    ],
    ['in place of A', 'solo A name foo no-aaaa', 'open foo, send A s0, wait 5s | A DATA | judged POS A=DATA, end POS'],
    [
      'data is answered before AAAA comes, which does not change it',
      'open A name foo no-aaaa',
      'open foo, send A s0, wait 5s | A DATA | early A DATA of foo | join AAAA | judged POS A=DATA, end POS',
    ],
    [
      'nothing else is',
      'open A name foo no-aaaa',
      'open foo, send A s0, wait 5s | A ALIAS | - | window over | judged POS A=ALIAS, end POS',
    ],
    [
      'and not to AAAA, while A may still come',
      'open AAAA name foo no-aaaa',
      'open foo, send A s0, wait 5s | A DATA | - | join A | judged POS A=DATA, end POS',
    ],
    [
      'AAAA stayed alone',
      'open AAAA name foo no-aaaa',
      'open foo, send A s0, wait 5s | A DATA | - | window over | judged NODATA A=DATA, end NODATA',
    ],
    [
      'a sibling that comes before the reply sends nothing',
      'open AAAA name foo no-aaaa',
      'open foo, send A s0, wait 5s | join A | - | A DATA | judged POS A=DATA, end POS',
    ],
  ]);
});

describe('ends beside those of glibc', () => {
  holdRules(wholeSearch, [
    [
      'the client deadline: data of A in hand is used alone',
      'pair name foo search a',
      'open foo.a, send A+AAAA s0, wait 5s | A DATA | - | @9.5s client deadline | judged POS A=DATA, end POS',
    ],
    [
      'nothing in hand: it goes on',
      'pair name foo search a',
      'open foo.a, send A+AAAA s0, wait 5s | @9.5s client deadline | -',
    ],
    [
      'the search limit',
      'pair name foo search a',
      'open foo.a, send A+AAAA s0, wait 5s | @45s limit | end LIMIT | A NX | -',
    ],
    [
      'data of A in hand is better than that',
      'pair name foo search a',
      'open foo.a, send A+AAAA s0, wait 5s | A DATA | - | @45s limit | judged POS A=DATA, end POS',
    ],
    [
      'what is in hand may leave the search where it is',
      'pair name foo search a servers 2 attempts 1 timeouts 30,30 keep-surviving-half',
      `open foo.a, send A+AAAA s0, wait 30s | A DATA | - | dead | close, send A+AAAA s1, wait 30s | A NX | -
       | @45s limit | judged NX A=NX, open foo, end LIMIT`,
    ],
    [
      'while an outcome is held',
      'open A name foo attempts 1',
      'open foo, send A s0, wait 5s | dead | close | limit | end LIMIT | window over | -',
    ],
    [
      'while an end is held',
      `open A name foo search ${tooLong} no-tld-query`,
      '- | limit | end LIMIT | window over | -',
    ],
    [
      'abandoned: everything closes, nobody is answered',
      'pair name foo',
      'open foo, send A+AAAA s0, wait 5s | abandoned | end | A NX | - | abandoned | -',
    ],
  ]);
});

describe('stub zones', () => {
  holdRules(wholeSearch, [
    [
      'a candidate is asked for at the servers of its zone, names of the search among them',
      'solo A name foo search a,b servers 3 usual 1 zones b=1+2',
      `open foo.a, send A s0, wait 5s | A NX | judged NX A=NX, open foo.b, send A s1, wait 5s
       | A SERVFAIL | close, send A s2, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s`,
    ],
    [
      'without fall-through nobody else is asked',
      'solo A name foo.z absolute servers 2 usual 1 attempts 1 zones z=1',
      'open foo.z, send A s1, wait 5s | timeout | judged TEMP, end AGAIN',
    ],
    [
      'with it, the others, where none gave a final reply',
      'solo A name foo.z absolute servers 2 usual 1 attempts 1 zones z=1>',
      'open foo.z, send A s1, wait 5s | A SERVFAIL | close, open foo.z, send A s0, wait 5s | A DATA | judged POS A=DATA, end POS',
    ],
    [
      'each time that a server is asked anew, what was waited for ends',
      'solo A name foo.z absolute servers 2 usual 1 attempts 1 zones z=1> told',
      `alarm client-deadline 9.5s, open foo.z, send A s1, wait 5s
       | A REFUSED | close, no wait, open foo.z, send A s0, wait 5s`,
    ],
    [
      'the others have the last word',
      'solo A name foo.z absolute servers 2 usual 1 attempts 1 zones z=1>',
      'open foo.z, send A s1, wait 5s | dead | close, open foo.z, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME',
    ],
    [
      'not after "no such name"',
      'solo A name foo.z absolute servers 2 usual 1 zones z=1>',
      'open foo.z, send A s1, wait 5s | A NX | judged NX A=NX, end NONAME',
    ],
    [
      'not after "no data"',
      'solo A name foo.z absolute servers 2 usual 1 zones z=1>',
      'open foo.z, send A s1, wait 5s | A EMPTY | judged NODATA A=EMPTY, end NODATA',
    ],
    [
      'not where one half is final',
      'pair name foo.z absolute servers 2 usual 1 attempts 1 zones z=1>',
      'open foo.z, send A+AAAA s1, wait 5s | AAAA DATA | - | A SERVFAIL | judged POS AAAA=DATA, end POS',
    ],
    [
      'before the sibling is known, too',
      'open A name foo.z absolute servers 2 usual 1 attempts 1 zones z=1>',
      `open foo.z, send A s1, wait 5s | dead | close, open foo.z, send A s0, wait 5s
       | join AAAA | send AAAA s0 | A DATA | - | AAAA DATA | judged POS A=DATA AAAA=DATA, end POS`,
    ],
    [
      'with rotate among the servers of the zone alone',
      'solo A name foo search a.z,z servers 3 usual 1 attempts 1 rotate zones z=1+2',
      'open foo.a.z, send A s1, wait 5s | A NX | judged NX A=NX, open foo.z, send A s2, wait 5s | A SERVFAIL | close, send A s1, wait 5s',
    ],
    [
      'a name for which nobody may be asked does not exist',
      'solo A name foo search z,a servers 1 zones z=-',
      'judged NX, open foo.a, send A s0, wait 5s | A NX | judged NX A=NX, open foo, send A s0, wait 5s',
    ],
    ['nor if it is the only one', 'solo A name foo.z absolute zones z=-', 'judged NX, end NONAME'],
    [
      'a server whose time ran out in a zone is known where it is the same',
      'solo A name foo search z,y servers 2 usual 1 attempts 1 timeouts 5,5 zones z=0+1,y=0+1',
      `open foo.z, send A s0, wait 5s | @5s timeout | send A s1, wait 5s | A NX | judged NX A=NX, open foo.y, send A s0, wait 0.3s`,
    ],
  ]);
});

describe('how the questions of the moment are asked', () => {
  holdRules(wholeSearch, [
    [
      'either half that is truncated suffices for a pair',
      'pair name foo',
      'open foo, send A+AAAA s0, wait 5s | asking | pair, either truncated',
    ],
    [
      'but neither where data of the other is worth waiting for',
      'pair name foo keep-surviving-half',
      'open foo, send A+AAAA s0, wait 5s | asking | pair',
    ],
    [
      'and its own where one is asked behind the other',
      'pair name foo serial',
      'open foo, send A s0, wait 5s | asking | pair, own truncated',
    ],
    [
      'as it is after a loss',
      'pair name foo',
      `open foo, send A+AAAA s0, wait 5s | asking | pair, either truncated | A DATA | - | timeout | send A s0, wait 0.3s
       | asking | pair, own truncated`,
    ],
    [
      'the sibling may come, and does',
      'open A name foo',
      `open foo, send A s0, wait 5s | asking | open, either truncated | join AAAA | send AAAA s0
       | asking | pair, either truncated`,
    ],
    [
      'or does not',
      'open A name foo',
      'open foo, send A s0, wait 5s | window over | - | asking | solo, either truncated',
    ],
    [
      'with no-aaaa there is no sibling to the server',
      'open A name foo no-aaaa',
      'open foo, send A s0, wait 5s | asking | solo, either truncated',
    ],
    [
      'of what is held nothing is asked',
      'open A name foo attempts 1',
      'open foo, send A s0, wait 5s | dead | close | asking | open | window over | judged DEAD, end AGAIN | asking | solo',
    ],
  ]);
});

describe('of the candidates that are asked ahead', () => {
  const script = (
    end: string,
  ): string => `open foo.a, send A s0, wait 5s, ahead A s0 foo.b foo.c foo | to come | foo.b+foo.c+foo
    | A NX | judged NX A=NX, open foo.b, send A s0, wait 5s | to come | foo.c+foo
    | A NX | judged NX A=NX, open foo.c, send A s0, wait 5s | to come | foo
    | A NX | judged NX A=NX, open foo, send A s0, wait 5s | to come | - | ${end} | to come | -`;
  holdRules(wholeSearch, [
    [
      'those behind the one whose turn it is have theirs to come',
      'solo A name foo search a,b,c ahead 6 taught',
      script('A DATA | judged POS A=DATA, end POS'),
    ],
  ]);
});

describe('a name that is answered for here', () => {
  const askA = 'open foo.a, send A s0, wait 5s';
  const askPair = 'open foo.a, send A+AAAA s0, wait 5s';
  const aAlone = 'solo A name foo search a,b';
  holdRules(wholeSearch, [
    [
      'is the end of the search, and neither it nor what is behind it is asked for',
      'pair name foo search a,b,c local foo.b=A',
      `${askPair} | A NX | - | AAAA NX | judged NX A=NX AAAA=NX, end LOCAL foo.b`,
    ],
    ['at once where it is the first', 'pair name foo search a,b local foo.a=A+AAAA', 'end LOCAL foo.a'],
    ['in any letter case', 'pair name Foo search A local foo.a=A', 'end LOCAL Foo.A'],
    ['behind "no data"', `${aAlone} local foo.b=A`, `${askA} | A EMPTY | judged NODATA A=EMPTY, end LOCAL foo.b`],
    [
      'and behind the name as it is that nobody answers for',
      'solo A name foo.x search a local foo.x.a=A attempts 1',
      'open foo.x, send A s0, wait 5s | timeout | judged TEMP, end LOCAL foo.x.a',
    ],
    ['not in front of data', `${aAlone} local foo.b=A`, `${askA} | A DATA | judged POS A=DATA, end POS`],
    [
      'nor behind what breaks the search list off',
      `${aAlone} local foo.b=A attempts 1`,
      `${askA} | timeout | judged TEMP, open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME`,
    ],
    [
      'and not behind what ends the search',
      `${aAlone} local foo.b=A attempts 1`,
      `${askA} | dead | close, judged DEAD, end AGAIN`,
    ],
    [
      'may be the name as it is',
      `${aAlone} local foo.a=-,foo.b=-,foo=A`,
      'judged NODATA, judged NODATA, end LOCAL foo',
    ],
    ['or that of a root entry', 'solo A name foo search .,a local foo=A', 'end LOCAL foo'],
    ['may not be known yet', `${aAlone} local foo.a=?`, 'end LOCAL foo.a'],
    [
      "stands in nobody else's way",
      'solo A name foo search a local bar.a=A',
      `${askA} | A NX | judged NX A=NX, open foo, send A s0, wait 5s | A NX | judged NX A=NX, end NONAME`,
    ],
  ]);
});

describe('a name that is answered for here, with records of one family', () => {
  const only4 = 'name foo search a,b local foo.a=A';
  const askB = (types: string): string => `open foo.b, send ${types} s0, wait 5s`;
  holdRules(wholeSearch, [
    ['a pair ends there', `pair ${only4}`, 'end LOCAL foo.a'],
    ['and one whose other family it has', 'pair name foo search a,b local foo.a=AAAA', 'end LOCAL foo.a'],
    ['the family that it has ends there by itself', `solo A ${only4}`, 'end LOCAL foo.a'],
    [
      'the other one goes on as behind "no data"',
      `solo AAAA ${only4}`,
      `judged NODATA, ${askB('AAAA')} | AAAA DATA | judged POS AAAA=DATA, end POS`,
    ],
    [
      'and remembers it',
      `solo AAAA ${only4}`,
      `judged NODATA, ${askB('AAAA')} | AAAA NX | judged NX AAAA=NX, open foo, send AAAA s0, wait 5s
        | AAAA NX | judged NX AAAA=NX, end NODATA`,
    ],
    [
      'to another name of our own, too',
      'solo AAAA name foo search a,b,c local foo.a=A,foo.b=AAAA',
      'judged NODATA, end LOCAL foo.b',
    ],
    [
      'the family that it has is answered before the sibling is known, which has nothing there',
      `open A ${only4}`,
      'early A of our own foo.a | join AAAA | end LOCAL foo.a',
    ],
    ['or does not come', `open A ${only4}`, 'early A of our own foo.a | window | end LOCAL foo.a'],
    [
      'the other one waits for its sibling, and ends there with it',
      `open AAAA ${only4}`,
      '- | join A | end LOCAL foo.a',
    ],
    [
      'and goes on without it',
      `open AAAA ${only4}`,
      `- | window | judged NODATA, ${askB('AAAA')} | AAAA DATA | judged POS AAAA=DATA, end POS`,
    ],
    [
      'where it has none, nobody waits',
      'open AAAA name foo search a,b local foo.a=-',
      `judged NODATA, ${askB('AAAA')} | join A | send A s0 | A DATA | - | AAAA EMPTY | judged POS A=DATA AAAA=EMPTY, end POS`,
    ],
    [
      'what is behind it costs the family that it has no time',
      'solo A name foo search a,b,c,d,e servers 2 attempts 1 timeouts 2,2 local foo.d=A',
      `open foo.a, send A s0, wait 2s | @2s timeout | send A s1, wait 2s | @2s A NX
        | judged NX A=NX, open foo.b, send A s0, wait 2s`,
    ],
    [
      'and the other one does not wait twice for a server, as that has to be asked for all',
      'solo AAAA name foo search a,b,c,d,e servers 2 attempts 1 timeouts 2,2 local foo.d=A',
      `open foo.a, send AAAA s0, wait 2s | @2s timeout | send AAAA s1, wait 2s | @2s AAAA NX
        | judged NX AAAA=NX, open foo.b, send AAAA s0, wait 0.3s`,
    ],
    [
      'with `no-aaaa`, too, the pair ends where A is',
      'open AAAA no-aaaa name foo search a,b local foo.a=A',
      '- | join A | end LOCAL foo.a',
    ],
    [
      'what was passed over has no lifetime',
      'solo A kept name foo search a,b local foo.a=AAAA',
      `judged NODATA, ${askB('A')} | A DATA | judged POS A=DATA, end POS never (NODATA, POS A=DATA)`,
    ],
  ]);
});
