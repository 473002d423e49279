/** One candidate over TCP, by the rules of glibc's `send_vc` (resolv/res_send.c); the deadline is the sidecar's own. */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { exchange } from './machine.ts';

describe('a truncated reply', () => {
  holdRules(exchange, [
    [
      'the question over TCP, at the same server',
      'solo A servers 2',
      'send A s0, wait 5s | A TC | close, connect A s0, wait 5s | A DATA | end POS A=DATA',
    ],
    [
      'of a pair both questions, whatever the other half had',
      'pair servers 2',
      'send A+AAAA s0, wait 5s | A DATA | - | AAAA TC | close, connect A+AAAA s0, wait 5s | AAAA DATA | - | A NX | end POS A=NX AAAA=DATA',
    ],
    [
      'TC counts behind any rcode',
      'solo A servers 2',
      'send A s0, wait 5s | A TC/SERVFAIL | close, connect A s0, wait 5s | A NX | end NX A=NX',
    ],
    [
      'a second reply to one question is not read',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | A NX | - | A DATA | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'nor is one to what was not asked',
      'open A use-vc',
      'connect A s0, wait 5s | AAAA DATA | - | A NX | - | window over | end NX A=NX',
    ],
    ['TC is ignored over TCP', 'solo A use-vc', 'connect A s0, wait 5s | A TC | end NODATA A=TC'],
    [
      'in serial mode both questions go over one connection',
      'pair serial',
      'send A s0, wait 5s | A TC | close, connect A+AAAA s0, wait 5s | A DATA | - | AAAA NX | end POS A=DATA AAAA=NX',
    ],
    [
      'of a question whose sibling may still come: it is written to the same connection',
      'open A',
      'send A s0, wait 5s | A TC | close, connect A s0, wait 5s | join AAAA | write AAAA | A DATA | - | AAAA DATA | end POS A=DATA AAAA=DATA',
    ],
  ]);
});

describe('every reply counts', () => {
  holdRules(exchange, [
    [
      'SERVFAIL is not asked elsewhere',
      'solo A servers 2 use-vc',
      'connect A s0, wait 5s | A SERVFAIL | end SF A=SERVFAIL',
    ],
    ['nor is REFUSED', 'solo A servers 2 use-vc', 'connect A s0, wait 5s | A REFUSED | end FATAL A=REFUSED rcode 5'],
    ['nor is NOTIMP', 'solo A servers 2 use-vc', 'connect A s0, wait 5s | A NOTIMP | end FATAL A=NOTIMP rcode 4'],
    ['LAME is no records', 'solo A servers 2 use-vc', 'connect A s0, wait 5s | A LAME | end NODATA A=LAME'],
    [
      'SERVFAIL of A decides beside no records',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | A SERVFAIL | - | AAAA EMPTY | end SF A=SERVFAIL AAAA=EMPTY',
    ],
    [
      'of AAAA it stops the search',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | A EMPTY | - | AAAA SERVFAIL | end TEMP A=EMPTY AAAA=SERVFAIL',
    ],
    [
      'in any order',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | AAAA SERVFAIL | - | A EMPTY | end TEMP A=EMPTY AAAA=SERVFAIL',
    ],
    [
      'data beside any failure is found',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | A REFUSED | - | AAAA DATA | end POS A=REFUSED AAAA=DATA',
    ],
    [
      'NX of A beside SERVFAIL',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | A NX | - | AAAA SERVFAIL | end NX A=NX AAAA=SERVFAIL',
    ],
    [
      'strict-error is of UDP alone',
      'pair use-vc strict-error servers 2',
      'connect A+AAAA s0, wait 5s | A SERVFAIL | - | AAAA DATA | end POS A=SERVFAIL AAAA=DATA',
    ],
    [
      'serial modes are, too',
      'pair use-vc reopen',
      'connect A+AAAA s0, wait 5s | A DATA | - | AAAA DATA | end POS A=DATA AAAA=DATA',
    ],
  ]);
});

describe('a connection that fails', () => {
  holdRules(exchange, [
    [
      'the next server, over TCP',
      'solo A servers 2',
      'send A s0, wait 5s | A TC | close, connect A s0, wait 5s | closed | connect A s1, wait 5s | A DATA | end POS A=DATA',
    ],
    [
      'there is no further attempt',
      'solo A servers 2 attempts 5',
      'send A s0, wait 5s | timeout | send A s1, wait 5s | A TC | close, connect A s1, wait 5s | closed | end TEMP',
    ],
    [
      'both halves move, also what was answered',
      'pair use-vc servers 2',
      'connect A+AAAA s0, wait 5s | A DATA | - | closed | connect A+AAAA s1, wait 5s | A NX | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'the last one refused: a dead end',
      'solo A use-vc servers 2',
      'connect A s0, wait 5s | closed | connect A s1, wait 5s | refused | end DEAD',
    ],
    [
      'an earlier one refused: none',
      'solo A use-vc servers 2',
      'connect A s0, wait 5s | refused | connect A s1, wait 5s | error | end TEMP',
    ],
    [
      'a reset is tried once more',
      'solo A use-vc',
      'connect A s0, wait 5s | reset | connect A s0, wait 5s | reset | end TEMP',
    ],
    [
      'at each server',
      'solo A use-vc servers 2',
      'connect A s0, wait 5s | reset | connect A s0, wait 5s | reset | connect A s1, wait 5s | reset | connect A s1, wait 5s | A NX | end NX A=NX',
    ],
    [
      'the time over is as a connection that failed',
      'solo A use-vc servers 2',
      'connect A s0, wait 5s | timeout | connect A s1, wait 5s | timeout | end TEMP',
    ],
    [
      'and no refused one',
      'solo A use-vc servers 2',
      'connect A s0, wait 5s | refused | connect A s1, wait 5s | timeout | end TEMP',
    ],
    [
      'questions that never left: as one that was refused',
      'solo A use-vc counted',
      'connect A s0, wait 5s | timeout unsent | end DEAD',
    ],
    ['the time over is counted', 'solo A use-vc counted', 'connect A s0, wait 5s | timeout | lost s0, end TEMP'],
    [
      'what still comes over UDP is nothing to it',
      'solo A',
      'send A s0, wait 5s | A TC | close, connect A s0, wait 5s | dead | - | short SERVFAIL | - | foreign SERVFAIL | - | closed | end TEMP',
    ],
    ['the rcode in the buffer counts', 'pair use-vc', 'connect A+AAAA s0, wait 5s | A SERVFAIL | - | closed | end SF'],
    [
      'a failed connection is nothing while UDP is asked',
      'solo A',
      'send A s0, wait 5s | refused | - | A NX | end NX A=NX',
    ],
  ]);
});

describe('a first question whose sibling may still come', () => {
  holdRules(exchange, [
    [
      'its data waits: over TCP the sibling could still lose it',
      'open A use-vc',
      'connect A s0, wait 5s | A DATA | - | window over | end POS A=DATA',
    ],
    [
      'AAAA that came first does not wait for A',
      'open AAAA serial use-vc',
      'connect AAAA s0, wait 5s | AAAA DATA | - | join A | write A | A NX | end POS A=NX AAAA=DATA',
    ],
    [
      'closed behind its reply: the sibling takes a new connection',
      'open A use-vc',
      'connect A s0, wait 5s | A DATA | - | closed | - | join AAAA | connect A+AAAA s0, wait 5s | A DATA | - | AAAA NX | end POS A=DATA AAAA=NX',
    ],
    [
      'AAAA that came first, too',
      'open AAAA use-vc',
      'connect AAAA s0, wait 5s | AAAA DATA | - | closed | - | join A | connect A+AAAA s0, wait 5s',
    ],
    [
      'no sibling: the reply stands',
      'open A use-vc',
      'connect A s0, wait 5s | A DATA | - | reset | - | window over | end POS A=DATA',
    ],
    [
      'closed before its reply: the next server',
      'open A use-vc servers 2',
      'connect A s0, wait 5s | closed | connect A s1, wait 5s | A NX | - | window over | end NX A=NX',
    ],
    [
      'the new connection lives as long as it is asked',
      'open A use-vc servers 2',
      'connect A s0, wait 5s | A DATA | - | closed | - | join AAAA | connect A+AAAA s0, wait 5s | closed | connect A+AAAA s1, wait 5s | A NX | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'the time over with a reply in hand',
      'open A use-vc',
      'connect A s0, wait 5s | A SERVFAIL | - | timeout | end SF A=SERVFAIL',
    ],
    [
      'the time over without one',
      'open A use-vc servers 2',
      'connect A s0, wait 5s | timeout | connect A s1, wait 5s | A NX | end NX A=NX',
    ],
  ]);
});
