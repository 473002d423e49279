/** A silent server is asked as ever, and waited for 300 ms where another one is left in the same attempt. */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { exchange } from './machine.ts';

describe('silent servers', () => {
  holdRules(exchange, [
    [
      'a full timeout tells how many questions were open',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | @1s timeout | unanswered s0 2, send A+AAAA s1, wait 1s',
    ],
    [
      'a lone question is one',
      'solo A servers 2 attempts 1 timeouts 1,1 told',
      'send A s0, wait 1s | @1s timeout | unanswered s0 1, send A s1, wait 1s',
    ],
    [
      'one after the other, one is open',
      'pair servers 2 attempts 1 timeouts 1,1 serial told',
      'send A s0, wait 1s | @1s timeout | unanswered s0 1, send A s1, wait 1s',
    ],
    [
      'AAAA that joined counts',
      'open A servers 2 attempts 1 timeouts 1,1 told',
      'send A s0, wait 1s | @0.002s join AAAA | send AAAA s0 | @1s timeout | unanswered s0 2, send A+AAAA s1, wait 1s',
    ],
    [
      'a server that answered one half is not unanswered',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | A NX | - | @1s timeout | send A s0, wait 1s',
    ],
    [
      'nor one that failed',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | A SERVFAIL | - | @1s timeout | send A+AAAA s1, wait 1s',
    ],
    [
      'TCP says nothing of it',
      'pair servers 2 attempts 1 timeouts 1,1 use-vc told',
      'connect A+AAAA s0, wait 1s | @1s timeout | connect A+AAAA s1, wait 1s',
    ],
    [
      'a silent server is asked and waited for briefly',
      'pair servers 2 attempts 1 timeouts 1,1 silent s0 told',
      'send A+AAAA s0, wait 0.3s | @0.3s timeout | send A+AAAA s1, wait 1s',
    ],
    [
      'one that was asked before its turn is waited for since then',
      'pair servers 2 attempts 1 timeouts 1,1 silent s0 asked 0.2 told',
      'send A+AAAA s0, wait 0.1s | @0.1s timeout | send A+AAAA s1, wait 1s',
    ],
    [
      'the last one of an attempt is waited for the whole time',
      'pair servers 2 timeouts 1,1 silent s0,s1 told',
      'send A+AAAA s0, wait 0.3s | @0.3s timeout | send A+AAAA s1, wait 1s | @1.3s timeout | unanswered s1 2, send A+AAAA s0, wait 0.3s',
    ],
    [
      'the only one is waited for the whole time',
      'pair attempts 1 timeouts 1 silent s0 told',
      'send A+AAAA s0, wait 1s | @1s timeout | unanswered s0 2, end TEMP',
    ],
    [
      'in the order of rotation',
      'pair servers 2 rotated 1 attempts 1 timeouts 1,1 silent s0 told',
      'send A+AAAA s1, wait 1s | @1s timeout | unanswered s1 2, send A+AAAA s0, wait 1s',
    ],
    [
      'over TCP it has the whole time',
      'pair servers 2 attempts 1 timeouts 1,1 use-vc silent s0 told',
      'connect A+AAAA s0, wait 1s',
    ],
    [
      'after a truncated reply, too',
      'pair servers 2 attempts 1 timeouts 1,1 silent s0 told',
      'send A+AAAA s0, wait 0.3s | A TC | close, connect A+AAAA s0, wait 1s',
    ],
    [
      'a wait is cut to 300 ms since the sending',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | @0.1s silence s0 | wait 0.2s | @0.3s timeout | send A+AAAA s1, wait 1s',
    ],
    [
      'one that has lasted longer ends at once',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | @0.7s silence s0 | wait 0s',
    ],
    [
      'one for another server goes on',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | @0.1s silence s1 | -',
    ],
    [
      'one for the last server of the attempt goes on',
      'pair servers 2 attempts 1 timeouts 1,1 told',
      'send A+AAAA s0, wait 1s | @1s timeout | unanswered s0 2, send A+AAAA s1, wait 1s | @1.01s silence s1 | -',
    ],
    [
      'one over TCP goes on',
      'pair servers 2 attempts 1 timeouts 1,1 use-vc told',
      'connect A+AAAA s0, wait 1s | @0.1s silence s0 | -',
    ],
    [
      'a server that answers again is waited for the rest of the whole time',
      'pair servers 2 attempts 1 timeouts 1,1 silent s0 told',
      'send A+AAAA s0, wait 0.3s | @0.1s heard s0 | wait 0.9s | @1s timeout | unanswered s0 2, send A+AAAA s1, wait 1s',
    ],
    [
      'what is cut short is not taken for a full timeout later in the search',
      'pair servers 2 timeouts 1,1 silent s0 later 9 as-is-later told',
      'send A+AAAA s0, wait 0.3s | @0.3s timeout | send A+AAAA s1, wait 1s | @0.3s heard s0 | - | @1.3s timeout | unanswered s1 2, send A+AAAA s0, wait 1s',
    ],
    [
      'what silent servers cost is little: another one whose time ran out has all of it again',
      'pair servers 2 attempts 1 timeouts 5,1 silent s0 timed-out s1 later 4 as-is-later told',
      'send A+AAAA s0, wait 0.3s | @0.3s timeout | send A+AAAA s1, wait 1s',
    ],
    [
      'a silent server costs 300 ms in each attempt of the rest, not its whole time',
      'pair servers 2 attempts 1 timeouts 9,1 silent s0 timed-out s1 later 12 as-is-later told',
      'send A+AAAA s0, wait 0.3s | @0.3s timeout | send A+AAAA s1, wait 1s',
    ],
    [
      'where one is silent and the other ran out, none is left that may answer: all attempts count',
      'pair servers 2 attempts 2 timeouts 5,5 silent s0 timed-out s1 told',
      'send A+AAAA s0, wait 0.3s | @0.3s timeout | send A+AAAA s1, wait 0.3s',
    ],
    [
      'before a question that waits for its sibling is sent, nothing is waited for',
      'open AAAA servers 2 attempts 1 timeouts 1,1 serial told',
      '- | silence s0 | - | join A | send A s0, wait 0.3s',
    ],
  ]);
});
