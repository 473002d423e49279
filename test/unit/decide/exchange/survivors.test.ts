/** `keep-surviving-half`: the data of the half that was answered counts, in every transport, once no server is left. */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { exchange } from './machine.ts';

describe('over UDP', () => {
  holdRules(exchange, [
    [
      'AAAA answered, A lost',
      'pair attempts 1 timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | end POS AAAA=DATA',
    ],
    [
      'AAAA answered by the first server, both lost at the second',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @3s timeout | end POS AAAA=DATA',
    ],
    [
      'A answered, then lost when it is asked again',
      'pair attempts 1 timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | end POS A=DATA',
    ],
    [
      'A answered, and the port closed before AAAA is',
      'pair attempts 1 timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | dead | close, end POS A=DATA',
    ],
    [
      'one server has AAAA, the other A',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @2s A DATA | send AAAA s1 | @2s AAAA SERVFAIL | end POS A=DATA AAAA=DATA',
    ],
    [
      'one server has AAAA, the other no A',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @2s A EMPTY | send AAAA s1 | @2s AAAA SERVFAIL | end POS A=EMPTY AAAA=DATA',
    ],
    [
      'what the last server says counts for what the first said',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @2s A NX | send AAAA s1 | @2s AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'A answered by the first server before its port closed, both lost at the second',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | dead | close, send A+AAAA s1, wait 1s | @1s timeout | end POS A=DATA',
    ],
    [
      'one server has A, the other no AAAA',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | dead | close, send A+AAAA s1, wait 1s | A SERVFAIL | - | AAAA EMPTY | end POS A=DATA AAAA=EMPTY',
    ],
    [
      'a denial is no data',
      'pair attempts 1 timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA NX | - | @1s timeout | send A s0, wait 1s | @2s timeout | end TEMP',
    ],
    [
      'strict-error, A answered, AAAA failed',
      'pair attempts 1 timeouts 1 strict-error keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | AAAA SERVFAIL | close, end POS A=DATA',
    ],
  ]);
});

describe('over UDP, without the setting', () => {
  holdRules(exchange, [
    [
      'AAAA answered, A lost',
      'pair attempts 1 timeouts 1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | end TEMP',
    ],
    [
      'AAAA answered by the first server, both lost at the second',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @3s timeout | end TEMP',
    ],
    [
      'A answered, then lost when it is asked again',
      'pair attempts 1 timeouts 1',
      'send A+AAAA s0, wait 1s | A DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | end TEMP',
    ],
    [
      'A answered, and the port closed before AAAA is',
      'pair attempts 1 timeouts 1',
      'send A+AAAA s0, wait 1s | A DATA | - | dead | close, end TEMP',
    ],
    [
      'one server has AAAA, the other A',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @2s A DATA | send AAAA s1 | @2s AAAA SERVFAIL | end POS A=DATA',
    ],
    [
      'one server has AAAA, the other no A',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @2s A EMPTY | send AAAA s1 | @2s AAAA SERVFAIL | end NODATA A=EMPTY',
    ],
    [
      'what the last server says counts for what the first said',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @2s timeout | send A s1, wait 1s | @2s A NX | send AAAA s1 | @2s AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'A answered by the first server before its port closed, both lost at the second',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | A DATA | - | dead | close, send A+AAAA s1, wait 1s | @1s timeout | end TEMP',
    ],
    [
      'one server has A, the other no AAAA',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | A DATA | - | dead | close, send A+AAAA s1, wait 1s | A SERVFAIL | - | AAAA EMPTY | end NODATA AAAA=EMPTY',
    ],
    [
      'a denial is no data',
      'pair attempts 1 timeouts 1',
      'send A+AAAA s0, wait 1s | AAAA NX | - | @1s timeout | send A s0, wait 1s | @2s timeout | end TEMP',
    ],
    [
      'strict-error, A answered, AAAA failed',
      'pair attempts 1 timeouts 1 strict-error',
      'send A+AAAA s0, wait 1s | A DATA | - | AAAA SERVFAIL | close, end TEMP',
    ],
  ]);
});

describe('over TCP', () => {
  holdRules(exchange, [
    [
      'A answered, AAAA truncated, TCP closed',
      'pair attempts 1 timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | AAAA TC | close, connect A+AAAA s0, wait 1s | closed | end POS A=DATA',
    ],
    [
      'AAAA answered, A truncated, TCP refused',
      'pair attempts 1 timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | A TC | close, connect A+AAAA s0, wait 1s | refused | end POS AAAA=DATA',
    ],
    [
      'A answered, AAAA truncated, no TCP at both servers',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | AAAA TC | close, connect A+AAAA s0, wait 1s | closed | connect A+AAAA s1, wait 1s | refused | end POS A=DATA',
    ],
    [
      'over TCP alone: A answered, then the connection closed',
      'pair attempts 1 timeouts 1 use-vc keep-surviving-half',
      'connect A+AAAA s0, wait 1s | A DATA | - | closed | end POS A=DATA',
    ],
    [
      'over TCP alone: AAAA answered, A not in time',
      'pair attempts 1 timeouts 1 use-vc keep-surviving-half',
      'connect A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | end POS AAAA=DATA',
    ],
    [
      'over TCP alone: A answered, then the connection reset, twice',
      'pair attempts 1 timeouts 1 use-vc keep-surviving-half',
      'connect A+AAAA s0, wait 1s | A DATA | - | reset | connect A+AAAA s0, wait 1s | reset | end POS A=DATA',
    ],
  ]);
});

describe('over TCP, without the setting', () => {
  holdRules(exchange, [
    [
      'A answered, AAAA truncated, TCP closed',
      'pair attempts 1 timeouts 1',
      'send A+AAAA s0, wait 1s | A DATA | - | AAAA TC | close, connect A+AAAA s0, wait 1s | closed | end TEMP',
    ],
    [
      'AAAA answered, A truncated, TCP refused',
      'pair attempts 1 timeouts 1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | A TC | close, connect A+AAAA s0, wait 1s | refused | end DEAD',
    ],
    [
      'A answered, AAAA truncated, no TCP at both servers',
      'pair servers 2 attempts 1 timeouts 1,1',
      'send A+AAAA s0, wait 1s | A DATA | - | AAAA TC | close, connect A+AAAA s0, wait 1s | closed | connect A+AAAA s1, wait 1s | refused | end DEAD',
    ],
    [
      'over TCP alone: A answered, then the connection closed',
      'pair attempts 1 timeouts 1 use-vc',
      'connect A+AAAA s0, wait 1s | A DATA | - | closed | end TEMP',
    ],
    [
      'over TCP alone: AAAA answered, A not in time',
      'pair attempts 1 timeouts 1 use-vc',
      'connect A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | end TEMP',
    ],
    [
      'over TCP alone: A answered, then the connection reset, twice',
      'pair attempts 1 timeouts 1 use-vc',
      'connect A+AAAA s0, wait 1s | A DATA | - | reset | connect A+AAAA s0, wait 1s | reset | end TEMP',
    ],
  ]);
});

describe('at the client deadline', () => {
  holdRules(exchange, [
    [
      'over UDP: AAAA in hand',
      'pair timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | client deadline | end POS AAAA=DATA',
    ],
    [
      'over UDP: AAAA of the round before in hand',
      'pair timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @1s client deadline | end POS AAAA=DATA',
    ],
    [
      'over TCP: AAAA in hand',
      'pair attempts 1 timeouts 1 use-vc keep-surviving-half',
      'connect A+AAAA s0, wait 1s | AAAA DATA | - | client deadline | end POS AAAA=DATA',
    ],
    [
      'A in hand needs no setting',
      'pair timeouts 1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A DATA | - | client deadline | end POS A=DATA',
    ],
    ['nothing in hand', 'pair timeouts 1 keep-surviving-half', 'send A+AAAA s0, wait 1s | client deadline | -'],
  ]);
});

describe('at the client deadline, without the setting', () => {
  holdRules(exchange, [
    ['over UDP: AAAA in hand', 'pair timeouts 1', 'send A+AAAA s0, wait 1s | AAAA DATA | - | client deadline | -'],
    [
      'over UDP: AAAA of the round before in hand',
      'pair timeouts 1',
      'send A+AAAA s0, wait 1s | AAAA DATA | - | @1s timeout | send A s0, wait 1s | @1s client deadline | -',
    ],
    [
      'over TCP: AAAA in hand',
      'pair attempts 1 timeouts 1 use-vc',
      'connect A+AAAA s0, wait 1s | AAAA DATA | - | client deadline | -',
    ],
    [
      'A in hand needs no setting',
      'pair timeouts 1',
      'send A+AAAA s0, wait 1s | A DATA | - | client deadline | end POS A=DATA',
    ],
    ['nothing in hand', 'pair timeouts 1', 'send A+AAAA s0, wait 1s | client deadline | -'],
  ]);
});

describe('one half is truncated', () => {
  holdRules(exchange, [
    [
      'AAAA truncated before A is answered, TCP closed',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | AAAA TC | - | A DATA | close, connect A+AAAA s0, wait 1s | closed | connect A+AAAA s1, wait 1s | refused | end POS A=DATA',
    ],
    [
      'A truncated, AAAA fails',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A TC | - | AAAA SERVFAIL | close, connect A+AAAA s0, wait 1s',
    ],
    [
      'both truncated',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A TC | - | AAAA TC | close, connect A+AAAA s0, wait 1s',
    ],
    [
      'A truncated, AAAA lost',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A TC | - | @1s timeout | close, connect A+AAAA s0, wait 1s',
    ],
    [
      'A truncated, then the port closed: the next server is asked as usual',
      'pair servers 2 attempts 1 timeouts 1,1 keep-surviving-half',
      'send A+AAAA s0, wait 1s | A TC | - | dead | close, send A+AAAA s1, wait 1s | A DATA | - | AAAA EMPTY | end POS A=DATA AAAA=EMPTY',
    ],
  ]);
});

describe('strict-error', () => {
  holdRules(exchange, [
    [
      'A failed, then AAAA answered',
      'pair attempts 1 timeouts 1 strict-error keep-surviving-half',
      'send A+AAAA s0, wait 1s | A SERVFAIL | - | AAAA DATA | close, end POS AAAA=DATA',
    ],
    [
      'both failed',
      'pair attempts 1 timeouts 1 strict-error keep-surviving-half',
      'send A+AAAA s0, wait 1s | A SERVFAIL | - | AAAA SERVFAIL | close, end SF',
    ],
  ]);
});

describe('nothing is waited for', () => {
  holdRules(exchange, [
    ['without the setting', 'pair', 'send A+AAAA s0, wait 5s | A TC | close, connect A+AAAA s0, wait 5s'],
    [
      'where a question is alone',
      'solo A keep-surviving-half',
      'send A s0, wait 5s | A TC | close, connect A s0, wait 5s',
    ],
    [
      'where AAAA was not asked yet',
      'pair serial keep-surviving-half',
      'send A s0, wait 5s | A TC | close, connect A+AAAA s0, wait 5s',
    ],
  ]);
});
