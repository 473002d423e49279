/**
 * The client deadline: musl gives up after 10 s. A server whose time ran out in this search is asked for 300 ms only where
 * the rest of the search would not end by 9.5 s otherwise, and data in hand is used then.
 */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { exchange } from './machine.ts';

describe('a server whose time ran out in this search', () => {
  holdRules(exchange, [
    [
      'has its full time while the search ends by 9.5 s all the same',
      'solo A timed-out s0 attempts 1',
      'send A s0, wait 5s | A NX | end NX A=NX',
    ],
    ['to the millisecond', 'solo A timed-out s0 attempts 1 timeouts 9.5', 'send A s0, wait 9.5s | A NX | end NX A=NX'],
    [
      'and has 300 ms where it would not',
      'solo A timed-out s0 attempts 1 timeouts 9.501',
      'send A s0, wait 0.3s | A NX | end NX A=NX',
    ],
    [
      'never more than its own time',
      'solo A timed-out s0 timeouts 0.2 later 60',
      'send A s0, wait 0.2s | A NX | end NX A=NX',
    ],
    [
      'one that has not kept anybody waiting has its full time',
      'solo A servers 2 timed-out s1 timeouts 30,30',
      'send A s0, wait 30s | A NX | end NX A=NX',
    ],
    [
      'both attempts count where every server ran out',
      'solo A timed-out s0 attempts 2',
      'send A s0, wait 0.3s | timeout | send A s0, wait 5s | A NX | end NX A=NX',
    ],
    [
      'the time that has passed counts',
      'solo A servers 2 attempts 2',
      'send A s0, wait 5s | @5s timeout | send A s1, wait 5s | @9s A SERVFAIL | close, send A s0, wait 0.3s | @9.3s timeout | send A s1, wait 5s | A NX | end NX A=NX',
    ],
    [
      'a candidate behind it counts',
      'solo A timed-out s0 servers 2 later 1 attempts 2',
      'send A s0, wait 0.3s | timeout | send A s1, wait 5s | A NX | end NX A=NX',
    ],
    [
      'so does the name as it is',
      'solo A timed-out s0 servers 2 as-is-later',
      'send A s0, wait 0.3s | timeout | send A s1, wait 5s | A NX | end NX A=NX',
    ],
    ['with none behind it there is time', 'solo A timed-out s0 servers 2', 'send A s0, wait 5s | A NX | end NX A=NX'],
    [
      'servers behind it in this attempt count, too',
      'solo A servers 3 timed-out s0,s1 timeouts 5,5,1',
      'send A s0, wait 0.3s | timeout | send A s1, wait 5s | A NX | end NX A=NX',
    ],
    [
      'servers in front of it do not',
      'solo A servers 3 rotated 1 timed-out s0,s2 timeouts 5,1,5 attempts 1',
      'send A s1, wait 1s | timeout | send A s2, wait 0.3s | timeout | send A s0, wait 5s | A NX | end NX A=NX',
    ],
    [
      'where every server ran out the search ends at this candidate, but for the name as it is',
      'solo A timed-out s0 attempts 1 timeouts 4 later 9 as-is-later',
      'send A s0, wait 4s | timeout | end TEMP',
    ],
    [
      'whose attempts all count',
      'solo A timed-out s0 attempts 2 timeouts 4 as-is-later',
      'send A s0, wait 0.3s | timeout | send A s0, wait 0.3s | timeout | end TEMP',
    ],
    [
      'of a lost half the round with new sockets counts',
      'pair timeouts 3 attempts 1',
      'send A+AAAA s0, wait 3s | A DATA | - | @4s timeout | send A s0, wait 0.3s | A DATA | send AAAA s0 | @4.3s timeout | close, send A s0, wait 3s | A DATA | close, send AAAA s0 | AAAA NX | end POS A=DATA AAAA=NX',
    ],
    [
      'of one question it does not',
      'solo A serial timed-out s0 attempts 1 timeouts 6',
      'send A s0, wait 6s | A NX | end NX A=NX',
    ],
    [
      'over TCP, too',
      'solo A use-vc timed-out s0 attempts 1 timeouts 20',
      'connect A s0, wait 0.3s | A NX | end NX A=NX',
    ],
  ]);
});

describe('the client deadline', () => {
  holdRules(exchange, [
    [
      'data of A in hand is used alone',
      'pair servers 2',
      'send A+AAAA s0, wait 5s | A DATA | - | @9.5s client deadline | end POS A=DATA',
    ],
    [
      'data of AAAA is not: A has to be answered',
      'pair',
      'send A+AAAA s0, wait 5s | AAAA DATA | - | client deadline | - | A NX | end POS A=NX AAAA=DATA',
    ],
    [
      'but with keep-surviving-half',
      'pair keep-surviving-half',
      'send A+AAAA s0, wait 5s | AAAA DATA | - | client deadline | end POS AAAA=DATA',
    ],
    [
      'which takes A, too',
      'pair keep-surviving-half',
      'send A+AAAA s0, wait 5s | A DATA | - | client deadline | end POS A=DATA',
    ],
    [
      'no data, nothing is used',
      'pair keep-surviving-half',
      'send A+AAAA s0, wait 5s | A NX | - | client deadline | - | AAAA NX | end NX A=NX AAAA=NX',
    ],
    [
      'nor of AAAA',
      'pair keep-surviving-half',
      'send A+AAAA s0, wait 5s | AAAA EMPTY | - | client deadline | - | A NX | end NX A=NX AAAA=EMPTY',
    ],
    [
      'nothing in hand',
      'pair keep-surviving-half',
      'send A+AAAA s0, wait 5s | client deadline | - | A DATA | - | AAAA NX | end POS A=DATA AAAA=NX',
    ],
    [
      'a failed half is not unanswered',
      'pair keep-surviving-half',
      'send A+AAAA s0, wait 5s | A REFUSED | - | client deadline | - | AAAA DATA | end POS AAAA=DATA',
    ],
    [
      'nor the other one',
      'pair',
      'send A+AAAA s0, wait 5s | AAAA REFUSED | - | client deadline | - | A DATA | end POS A=DATA',
    ],
    ['one question has no other half', 'solo A', 'send A s0, wait 5s | client deadline | - | A DATA | end POS A=DATA'],
    [
      'a question whose sibling may still come is left alone',
      'open A',
      'send A s0, wait 5s | A DATA | early A DATA | client deadline | - | window over | end POS A=DATA',
    ],
    [
      'over TCP data of A in hand is used alone, too',
      'pair use-vc',
      'connect A+AAAA s0, wait 5s | A DATA | - | client deadline | end POS A=DATA',
    ],
  ]);
});
