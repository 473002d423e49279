/** One candidate over UDP, by the rules of glibc's `__res_context_send` and `send_dg` (resolv/res_send.c). */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { exchange } from './machine.ts';

describe('order of servers and attempts', () => {
  holdRules(exchange, [
    ['the first final reply ends it', 'solo A servers 2', 'send A s0, wait 5s | A DATA | end POS A=DATA'],
    [
      'a failover reply sends it to the next server, then to the next attempt',
      'solo A servers 2 attempts 2',
      `send A s0, wait 5s | A SERVFAIL | close, send A s1, wait 5s | A REFUSED | close, send A s0, wait 5s
       | A NOTIMP | close, send A s1, wait 5s | A LAME | close, end TEMP`,
    ],
    [
      'silence sends it to the next server, its socket stays open',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | timeout | send A s1, wait 5s | timeout | end TEMP',
    ],
    [
      'each server has its own time',
      'solo A servers 3 attempts 1 timeouts 5,3,6',
      'send A s0, wait 5s | timeout | send A s1, wait 3s | timeout | send A s2, wait 6s | timeout | end TEMP',
    ],
    [
      'rotated, the time stays with the server',
      'solo A servers 3 attempts 1 timeouts 5,3,6 rotated 2',
      'send A s2, wait 6s | timeout | send A s0, wait 5s | timeout | send A s1, wait 3s | timeout | end TEMP',
    ],
    ['no attempts: nothing is asked, and nothing was heard', 'solo A servers 2 attempts 0', 'end DEAD'],
    ['no attempts over TCP: no connection was refused', 'solo A attempts 0 use-vc', 'end TEMP'],
    ['no servers: nothing is asked', 'pair servers 0', 'end DEAD'],
    [
      'an error of the socket sends it to the next server at once, with new sockets',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | dead | close, send A s1, wait 5s | A DATA | end POS A=DATA',
    ],
  ]);
});

describe('the time is over', () => {
  holdRules(exchange, [
    [
      'what did not come is lost',
      'pair servers 2 attempts 1 timeouts 1,1 counted',
      'send A+AAAA s0, wait 1s | A SERVFAIL | - | timeout | lost s0, send A+AAAA s1, wait 1s',
    ],
    [
      'questions that never left are not: the server is as one that is not there',
      'solo A servers 2 attempts 1 timeouts 1,1 counted told',
      'send A s0, wait 1s | timeout unsent | close, send A s1, wait 1s | timeout unsent | close, end DEAD',
    ],
    [
      'nor are they silence of a half',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | A DATA | - | timeout unsent | close, send A+AAAA s1, wait 1s',
    ],
    [
      'nor does their server count as one whose time ran out',
      'solo A timeouts 5 later 9 as-is-later',
      'send A s0, wait 5s | timeout unsent | close, send A s0, wait 5s',
    ],
    [
      'the sibling of a question that never left may still come',
      'open A servers 2 timeouts 1,1',
      'send A s0, wait 1s | timeout unsent | close, send A s1, wait 1s | join AAAA | send AAAA s1',
    ],
  ]);
});

describe('replies that are final', () => {
  holdRules(exchange, [
    ['no records of the type', 'solo A servers 2', 'send A s0, wait 5s | A EMPTY | end NODATA A=EMPTY'],
    ['no such name', 'solo A servers 2', 'send A s0, wait 5s | A NX | end NX A=NX'],
    [
      'FORMERR is no reason to ask elsewhere',
      'solo A servers 2',
      'send A s0, wait 5s | A FORMERR | end FATAL A=FORMERR rcode 1',
    ],
    ['nor is any rcode above 5', 'solo A servers 2', 'send A s0, wait 5s | A NOTAUTH | end FATAL A=NOTAUTH rcode 9'],
    ['an alias that leads nowhere', 'solo AAAA servers 2', 'send AAAA s0, wait 5s | AAAA ALIAS | end POS AAAA=ALIAS'],
    ['an answer that does not parse', 'solo A servers 2', 'send A s0, wait 5s | A BAD | end POS A=BAD'],
  ]);
});

describe('what failed, by the last datagram in the primary buffer', () => {
  holdRules(exchange, [
    ['SERVFAIL lets the search go on', 'solo A attempts 1', 'send A s0, wait 5s | A SERVFAIL | close, end SF'],
    ['REFUSED stops it', 'solo A attempts 1', 'send A s0, wait 5s | A REFUSED | close, end TEMP'],
    ['so does silence', 'solo A attempts 1', 'send A s0, wait 5s | timeout | end TEMP'],
    [
      'SERVFAIL, then silence, is SERVFAIL',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | A SERVFAIL | close, send A s1, wait 5s | timeout | end SF',
    ],
    [
      'SERVFAIL, then REFUSED, is not',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | A SERVFAIL | close, send A s1, wait 5s | A REFUSED | close, end TEMP',
    ],
    [
      'REFUSED, then SERVFAIL, is',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | A REFUSED | close, send A s1, wait 5s | A SERVFAIL | close, end SF',
    ],
    [
      'nothing was heard and no time ran out',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | dead | close, send A s1, wait 5s | dead | close, end DEAD',
    ],
    [
      'a time that ran out is no dead end',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | timeout | send A s1, wait 5s | dead | close, end TEMP',
    ],
    [
      'nor is a reply of another server',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | A REFUSED | close, send A s1, wait 5s | dead | close, end TEMP',
    ],
    [
      'a foreign datagram is written there, too, and is heard',
      'solo A attempts 1',
      'send A s0, wait 5s | foreign SERVFAIL | - | dead | close, end SF',
    ],
    [
      'behind the reply of the server it is not',
      'pair attempts 1',
      'send A+AAAA s0, wait 5s | A REFUSED | - | foreign SERVFAIL | - | AAAA REFUSED | end TEMP',
    ],
    [
      'at the next server it is again',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | A REFUSED | close, send A s1, wait 5s | foreign SERVFAIL | - | timeout | end SF',
    ],
    [
      'the reply to AAAA of a pair goes there only where it is first',
      'pair attempts 1',
      'send A+AAAA s0, wait 5s | AAAA SERVFAIL | - | A REFUSED | end TEMP',
    ],
    [
      'as it is where A failed first',
      'pair attempts 1',
      'send A+AAAA s0, wait 5s | A SERVFAIL | - | AAAA REFUSED | end SF',
    ],
    [
      'AAAA alone has it to itself',
      'solo AAAA attempts 1',
      'send AAAA s0, wait 5s | foreign REFUSED | - | AAAA SERVFAIL | close, end SF',
    ],
    [
      'AAAA first, then silence of A',
      'pair attempts 1',
      'send A+AAAA s0, wait 5s | AAAA SERVFAIL | - | timeout | end SF',
    ],
    [
      'a datagram shorter than a header ends the server; its fourth byte counts',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | short SERVFAIL | close, send A s1, wait 5s | dead | close, end SF',
    ],
    [
      'one without a fourth byte leaves what is there',
      'solo A servers 2 attempts 1',
      'send A s0, wait 5s | foreign SERVFAIL | - | short | close, send A s1, wait 5s | dead | close, end SF',
    ],
  ]);
});

describe('a pair', () => {
  holdRules(exchange, [
    [
      'two final replies are judged together',
      'pair servers 2',
      'send A+AAAA s0, wait 5s | A NX | - | AAAA DATA | end POS A=NX AAAA=DATA',
    ],
    ['in any order', 'pair servers 2', 'send A+AAAA s0, wait 5s | AAAA EMPTY | - | A DATA | end POS A=DATA AAAA=EMPTY'],
    [
      'one family denied and one without records is no such name',
      'pair',
      'send A+AAAA s0, wait 5s | A EMPTY | - | AAAA NX | end NX A=EMPTY AAAA=NX',
    ],
    [
      'both without records',
      'pair',
      'send A+AAAA s0, wait 5s | A EMPTY | - | AAAA EMPTY | end NODATA A=EMPTY AAAA=EMPTY',
    ],
    [
      'a second reply to one question is not read',
      'pair',
      'send A+AAAA s0, wait 5s | A NX | - | A DATA | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'FORMERR beside no such name: A decides',
      'pair',
      'send A+AAAA s0, wait 5s | AAAA NX | - | A FORMERR | end FATAL A=FORMERR AAAA=NX rcode 1',
    ],
    ['and the other way', 'pair', 'send A+AAAA s0, wait 5s | AAAA FORMERR | - | A NX | end NX A=NX AAAA=FORMERR'],
    [
      'FORMERR beside no records',
      'pair',
      'send A+AAAA s0, wait 5s | A EMPTY | - | AAAA NOTAUTH | end FATAL A=EMPTY AAAA=NOTAUTH rcode 9',
    ],
    [
      'a failed half beside a final one is never asked elsewhere',
      'pair servers 2',
      'send A+AAAA s0, wait 5s | A SERVFAIL | - | AAAA NX | end NX AAAA=NX',
    ],
    ['whichever it is', 'pair servers 2', 'send A+AAAA s0, wait 5s | A EMPTY | - | AAAA REFUSED | end NODATA A=EMPTY'],
    [
      'both failed: the next server, on the sockets that are there',
      'pair servers 2 attempts 1',
      'send A+AAAA s0, wait 5s | A REFUSED | - | AAAA SERVFAIL | send A+AAAA s1, wait 5s | A DATA | - | AAAA EMPTY | end POS A=DATA AAAA=EMPTY',
    ],
    [
      'one failed and one lost: the next server after the time',
      'pair servers 2 attempts 1',
      'send A+AAAA s0, wait 5s | A REFUSED | - | timeout | send A+AAAA s1, wait 5s | AAAA REFUSED | - | timeout | end TEMP',
    ],
    [
      'both lost: the next server after the time',
      'pair servers 2 attempts 1',
      'send A+AAAA s0, wait 5s | timeout | send A+AAAA s1, wait 5s | timeout | end TEMP',
    ],
    [
      'with strict-error the first failed half sends both to the next server',
      'pair servers 2 strict-error attempts 1',
      'send A+AAAA s0, wait 5s | AAAA DATA | - | A SERVFAIL | close, send A+AAAA s1, wait 5s | A REFUSED | close, end TEMP',
    ],
    [
      'what one server said does not count at the next',
      'pair servers 2 attempts 1 strict-error',
      'send A+AAAA s0, wait 5s | A DATA | - | AAAA REFUSED | close, send A+AAAA s1, wait 5s | AAAA NX | - | A NX | end NX A=NX AAAA=NX',
    ],
    ['a reply to what was not asked is not read', 'solo A', 'send A s0, wait 5s | AAAA DATA | - | A NX | end NX A=NX'],
    [
      'after the end nothing counts',
      'solo A counted',
      'send A s0, wait 5s | A NX | end NX A=NX | A DATA | - | refused | - | timeout | -',
    ],
  ]);
});

describe('a lost half: the questions go one after the other', () => {
  holdRules(exchange, [
    [
      'AAAA lost: A and AAAA again, then once more with new sockets, then A alone',
      'pair timeouts 1,1 servers 2',
      `send A+AAAA s0, wait 1s | A DATA | - | timeout | send A s0, wait 1s | A DATA | send AAAA s0 | timeout | close, send A s0, wait 1s
       | A DATA | close, send AAAA s0 | timeout | end POS A=DATA`,
    ],
    [
      'AAAA that comes in the second round',
      'pair timeouts 1,1',
      'send A+AAAA s0, wait 1s | A EMPTY | - | timeout | send A s0, wait 1s | A NX | send AAAA s0 | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'A lost: A again, then the next server, A first',
      'pair timeouts 1,1 servers 2 attempts 1',
      `send A+AAAA s0, wait 1s | AAAA DATA | - | timeout | send A s0, wait 1s | timeout | send A s1, wait 1s | A DATA | send AAAA s1
       | AAAA EMPTY | end POS A=DATA AAAA=EMPTY`,
    ],
    [
      'A never gets through: a temporary failure, although AAAA had data',
      'pair timeouts 1,1 attempts 1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | timeout | send A s0, wait 1s | timeout | end TEMP',
    ],
    [
      'A failed: the next server without asking AAAA',
      'pair timeouts 1,1 serial servers 2 attempts 1',
      'send A s0, wait 1s | A REFUSED | close, send A s1, wait 1s | A SERVFAIL | close, end SF',
    ],
    [
      'AAAA failed: A alone counts',
      'pair timeouts 1,1 serial servers 2',
      'send A s0, wait 1s | A DATA | send AAAA s0 | AAAA SERVFAIL | end POS A=DATA',
    ],
    [
      'AAAA lost from the start on: a round with new sockets, then A alone',
      'pair timeouts 1,1 serial',
      'send A s0, wait 1s | A NX | send AAAA s0 | timeout | close, send A s0, wait 1s | A NX | close, send AAAA s0 | timeout | end NX A=NX',
    ],
    [
      'single-request-reopen: a new socket for each question',
      'pair timeouts 1,1 reopen servers 2',
      'send A s0, wait 1s | A DATA | close, send AAAA s0 | AAAA DATA | end POS A=DATA AAAA=DATA',
    ],
    [
      'AAAA lost there: A alone',
      'pair timeouts 1,1 reopen',
      'send A s0, wait 1s | A DATA | close, send AAAA s0 | timeout | end POS A=DATA',
    ],
    [
      'a late reply to AAAA of the first round: AAAA is sent again, A is not',
      'pair timeouts 1,1',
      'send A+AAAA s0, wait 1s | A DATA | - | timeout | send A s0, wait 1s | AAAA DATA | send AAAA s0 | A DATA | end POS A=DATA AAAA=DATA',
    ],
    [
      'a question on its own goes out in serial mode, too',
      'solo AAAA timeouts 1,1 serial',
      'send AAAA s0, wait 1s | AAAA DATA | end POS AAAA=DATA',
    ],
    [
      'the final half at a server that then dies is no dead end there',
      'pair timeouts 1,1 attempts 1',
      'send A+AAAA s0, wait 1s | A EMPTY | - | timeout | send A s0, wait 1s | dead | close, end DEAD',
    ],
    [
      'what was heard of servers before stays heard',
      'pair timeouts 1,1 servers 2 attempts 1',
      `send A+AAAA s0, wait 1s | A REFUSED | - | AAAA REFUSED | send A+AAAA s1, wait 1s | A DATA | - | timeout
       | send A s1, wait 1s | dead | close, end TEMP`,
    ],
    [
      'a failed half beside the lost one is as if both were lost',
      'pair timeouts 1,1 servers 2 attempts 1',
      'send A+AAAA s0, wait 1s | AAAA SERVFAIL | - | timeout | send A+AAAA s1, wait 1s | A NX | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'failed halves and strict-error in serial mode',
      'pair timeouts 1,1 serial strict-error servers 2 attempts 1',
      'send A s0, wait 1s | A DATA | send AAAA s0 | AAAA REFUSED | close, send A s1, wait 1s | A DATA | send AAAA s1 | AAAA NX | end POS A=DATA AAAA=NX',
    ],
  ]);
});

describe('keep-surviving-half: data of a half whose sibling was lost', () => {
  holdRules(exchange, [
    [
      'AAAA answered and A never: AAAA alone, once no server is left',
      'pair timeouts 1,1 servers 2 attempts 1 keep-surviving-half',
      `send A+AAAA s0, wait 1s | AAAA DATA | - | timeout | send A s0, wait 1s | timeout | send A s1, wait 1s | timeout
       | end POS AAAA=DATA`,
    ],
    [
      'no data survived',
      'pair timeouts 1,1 attempts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA NX | - | timeout | send A s0, wait 1s | timeout | end TEMP',
    ],
    [
      'nothing was answered',
      'pair timeouts 1,1 attempts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | timeout | end TEMP',
    ],
    [
      'a failed half does not survive',
      'pair timeouts 1,1 attempts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA SERVFAIL | - | timeout | end SF',
    ],
  ]);
});

describe('a first question whose sibling may still come', () => {
  holdRules(exchange, [
    [
      'data may be answered at once; the sibling is asked where it was found',
      'open A servers 2',
      'send A s0, wait 5s | A DATA | early A DATA | join AAAA | send AAAA s0 | AAAA EMPTY | end POS A=DATA AAAA=EMPTY',
    ],
    [
      'no sibling came: the reply in hand decides',
      'open A servers 2',
      'send A s0, wait 5s | A NX | - | window over | end NX A=NX',
    ],
    [
      'and the data that was answered',
      'open AAAA',
      'send AAAA s0, wait 5s | AAAA DATA | early AAAA DATA | window over | end POS AAAA=DATA',
    ],
    [
      'no reply yet: it goes on alone',
      'open A servers 2',
      'send A s0, wait 5s | window over | - | A SERVFAIL | close, send A s1, wait 5s | A DATA | end POS A=DATA',
    ],
    [
      'a failed reply in hand: the next server',
      'open A servers 2',
      'send A s0, wait 5s | A SERVFAIL | - | window over | close, send A s1, wait 5s | A DATA | end POS A=DATA',
    ],
    [
      'the sibling that comes before the reply',
      'open AAAA',
      'send AAAA s0, wait 5s | join A | send A s0 | A DATA | - | AAAA NX | end POS A=DATA AAAA=NX',
    ],
    [
      'a failed half waits for the sibling',
      'open A servers 2',
      'send A s0, wait 5s | A SERVFAIL | - | join AAAA | send AAAA s0 | AAAA DATA | end POS AAAA=DATA',
    ],
    [
      'unless strict-error',
      'open A servers 2 strict-error',
      'send A s0, wait 5s | A SERVFAIL | - | join AAAA | close, send A+AAAA s1, wait 5s | A DATA | - | AAAA DATA | end POS A=DATA AAAA=DATA',
    ],
    [
      'or serial mode',
      'open A serial servers 2',
      'send A s0, wait 5s | A SERVFAIL | - | join AAAA | close, send A s1, wait 5s | A DATA | send AAAA s1 | AAAA DATA | end POS A=DATA AAAA=DATA',
    ],
    [
      'in serial mode AAAA follows the reply to A',
      'open A serial',
      'send A s0, wait 5s | A NX | - | join AAAA | send AAAA s0 | AAAA DATA | end POS A=NX AAAA=DATA',
    ],
    [
      'or waits for it',
      'open A serial',
      'send A s0, wait 5s | join AAAA | - | A NX | send AAAA s0 | AAAA DATA | end POS A=NX AAAA=DATA',
    ],
    [
      'AAAA that came first waits unsent for A, which goes first there',
      'open AAAA serial',
      '- | join A | send A s0, wait 5s | A DATA | send AAAA s0 | AAAA DATA | end POS A=DATA AAAA=DATA',
    ],
    [
      'until then nothing comes of a server',
      'open AAAA serial',
      '- | refused | - | dead | - | AAAA NX | - | window over | send AAAA s0, wait 5s',
    ],
    [
      'and is sent alone when no sibling comes',
      'open AAAA reopen',
      '- | window over | send AAAA s0, wait 5s | AAAA DATA | end POS AAAA=DATA',
    ],
    ['the time over with a reply in hand', 'open A', 'send A s0, wait 5s | A NX | - | timeout | end NX A=NX'],
    [
      'and with none: it is alone from there on',
      'open A servers 2',
      'send A s0, wait 5s | timeout | send A s1, wait 5s | A NX | end NX A=NX',
    ],
    [
      'a second sibling, and one after the window, are none',
      'open A',
      'send A s0, wait 5s | window over | - | join AAAA | - | window over | - | A NX | end NX A=NX',
    ],
    [
      'once it has come, a failed half waits for the other',
      'open A servers 2',
      'send A s0, wait 5s | join AAAA | send AAAA s0 | A SERVFAIL | - | AAAA DATA | end POS AAAA=DATA',
    ],
    [
      'A that comes behind a failed AAAA, with strict-error',
      'open AAAA servers 2 strict-error',
      'send AAAA s0, wait 5s | AAAA SERVFAIL | - | join A | close, send A+AAAA s1, wait 5s | A NX | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'the window is nothing to a pair',
      'open A',
      'send A s0, wait 5s | A NX | - | join AAAA | send AAAA s0 | window over | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
  ]);
});
