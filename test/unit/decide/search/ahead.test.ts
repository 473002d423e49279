/** Which candidates of a search are asked before their turn (cache-semantics §6). */
import { describe, expect, test } from 'vitest';
import { lastLabel, lessonOf, shapeOf } from '../../../../sidecar/decide/search/ahead.ts';
import { nothingConsumed } from '../../../../sidecar/decide/search/consumed.ts';
import type { SearchEnd } from '../../../../sidecar/decide/search/candidates.ts';
import { encodeName, rootName } from '../../../../sidecar/wire/name.ts';
import { holdRules } from '../script.ts';
import { wholeSearch } from './search-machine.ts';

const five = 'pair name x.y search a,b,c,d ndots 5';

describe('how many', () => {
  holdRules(wholeSearch, [
    ['none without the setting', `${five} place 4 taught`, 'open x.y.a, send A+AAAA s0, wait 5s'],
    ['none where the shape is not known', `${five} ahead 6`, 'open x.y.a, send A+AAAA s0, wait 5s'],
    ['none where the first was the end', `${five} ahead 6 place 0`, 'open x.y.a, send A+AAAA s0, wait 5s'],
    [
      'up to the place where the last one ended',
      `${five} ahead 6 place 2`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b x.y.c',
    ],
    [
      'no more than are allowed',
      `${five} ahead 2 place 4 taught`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b x.y.c',
    ],
    [
      'all under a last label that names have as they are',
      `${five} ahead 6 taught`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b x.y.c x.y.d x.y',
    ],
    [
      'none under such a label where the first was the end',
      `${five} ahead 6 place 0 taught`,
      'open x.y.a, send A+AAAA s0, wait 5s',
    ],
    [
      'nor beyond the place where the last one ended',
      `${five} ahead 6 place 2 taught`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b x.y.c',
    ],
    [
      'a silent server is asked for all under such a label, wherever the last one ended',
      `${five} ahead 6 place 0 taught servers 2 silent s0 timeouts 5,5`,
      'open x.y.a, send A+AAAA s0, wait 0.3s, ahead A+AAAA s0 x.y.b x.y.c x.y.d x.y',
    ],
    [
      'without it never the name as it is',
      `${five} ahead 6 place 4`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b x.y.c x.y.d',
    ],
    [
      'nor through a root entry',
      'pair name x search a,.,b ahead 6 place 2',
      'open x.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.b',
    ],
    [
      'a silent server is asked for all that may be asked',
      `${five} ahead 6 servers 2 silent s0 timeouts 5,5`,
      'open x.y.a, send A+AAAA s0, wait 0.3s, ahead A+AAAA s0 x.y.b x.y.c x.y.d',
    ],
    [
      'as it is first: the entries behind it',
      'pair name x.y search a,b ahead 6 place 2',
      'open x.y, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.a x.y.b',
    ],
    [
      'none from a name on that is answered for here',
      `${five} ahead 6 taught local x.y.c=A`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b',
    ],
    [
      'nor such a name itself that has no data',
      `${five} ahead 6 taught local x.y.c=-`,
      'open x.y.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.y.b x.y.d x.y',
    ],
    [
      'a name that is not searched has none',
      'pair name x.y absolute search a ahead 6 taught',
      'open x.y, send A+AAAA s0, wait 5s',
    ],
  ]);
});

describe('where', () => {
  holdRules(wholeSearch, [
    ['not over TCP', `${five} ahead 6 taught use-vc`, 'open x.y.a, connect A+AAAA s0, wait 5s'],
    ['not one question after the other', `${five} ahead 6 taught serial`, 'open x.y.a, send A s0, wait 5s'],
    ['nor over a socket for each', `${five} ahead 6 taught reopen`, 'open x.y.a, send A s0, wait 5s'],
    ['not with rotate', `${five} ahead 6 taught rotate servers 2`, 'open x.y.a, send A+AAAA s0, wait 5s'],
    [
      'rotate of one server changes nothing',
      'pair name x search a ahead 6 taught rotate',
      'open x.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x',
    ],
    [
      'with the first candidate alone',
      'solo A name x search a,b ahead 6 place 2',
      'open x.a, send A s0, wait 5s, ahead A s0 x.b | A NX | judged NX A=NX, open x.b, send A s0, wait 5s',
    ],
    [
      'of no-aaaa there is one question',
      'pair name x search a ahead 6 taught no-aaaa',
      'open x.a, send A s0, wait 5s, ahead A s0 x',
    ],
  ]);
});

describe('only at the beginning', () => {
  holdRules(wholeSearch, [
    [
      'not where the first candidate is of a zone of its own',
      'solo A name x search a,b,c ahead 6 place 3 servers 2 usual 1 zones a=1',
      'open x.a, send A s1, wait 5s | A NX | judged NX A=NX, open x.b, send A s0, wait 5s',
    ],
    [
      'and never for a name of such a zone',
      'pair name x search a,b,c ahead 6 place 3 servers 2 usual 1 zones b=1',
      'open x.a, send A+AAAA s0, wait 5s, ahead A+AAAA s0 x.c',
    ],
    [
      'nor where nothing may be asked',
      'pair name x search a ahead 6 taught attempts 0',
      'open x.a, judged DEAD, end AGAIN',
    ],
    [
      'nor between the zone of the first candidate and the servers behind it',
      'pair name x search a,b ahead 6 place 2 attempts 0 servers 2 usual 1 zones a=1>',
      'open x.a, open x.a, judged DEAD, end AGAIN',
    ],
    [
      'not once more where the first candidate is asked anew for both',
      'open A name x search a,b ahead 6 place 2 attempts 1',
      `open x.a, send A s0, wait 5s, ahead A s0 x.b | dead | close | join AAAA | open x.a, send A+AAAA s0, wait 5s`,
    ],
  ]);
});

describe('a silent server has been waited for since it was asked', () => {
  holdRules(wholeSearch, [
    [
      'the rest of the 300 ms in the turn of the candidate',
      'solo A name x search a,b ahead 6 place 2 servers 2 silent s0 timeouts 5,5',
      'open x.a, send A s0, wait 0.3s, ahead A s0 x.b | @0.1s A NX | judged NX A=NX, open x.b, send A s0, wait 0.2s | @0.2s heard s0 | wait 4.8s',
    ],
    [
      'nothing where they are over',
      'solo A name x search a,b ahead 6 place 2 servers 2 silent s0 timeouts 5,5',
      `open x.a, send A s0, wait 0.3s, ahead A s0 x.b | @0.3s timeout | send A s1, wait 5s
       | @0.4s A NX | judged NX A=NX, open x.b, send A s0, wait 0s`,
    ],
    [
      'any other has its whole time from its turn on',
      'solo A name x search a,b ahead 6 place 2',
      'open x.a, send A s0, wait 5s, ahead A s0 x.b | @0.1s A NX | judged NX A=NX, open x.b, send A s0, wait 5s',
    ],
    [
      'one that was not asked ahead, too',
      'solo A name x search a,b servers 2 silent s0 timeouts 5,5',
      'open x.a, send A s0, wait 0.3s | @0.1s A NX | judged NX A=NX, open x.b, send A s0, wait 0.3s',
    ],
  ]);
});

describe('a sibling that joins', () => {
  holdRules(wholeSearch, [
    [
      'is asked for all that were asked ahead',
      'open A name x search a,b ahead 6 place 2',
      'open x.a, send A s0, wait 5s, ahead A s0 x.b | join AAAA | send AAAA s0, ahead AAAA s0 x.b',
    ],
    [
      'but where a datagram failed',
      'open A name x search a,b ahead 6 place 2 servers 2 timeouts 5,5',
      'open x.a, send A s0, wait 5s, ahead A s0 x.b | dead | close, send A s1, wait 5s | join AAAA | send AAAA s1',
    ],
    [
      'not with no-aaaa',
      'open A name x search a,b ahead 6 place 2 no-aaaa',
      'open x.a, send A s0, wait 5s, ahead A s0 x.b | join AAAA | -',
    ],
  ]);
});

describe('what a search teaches', () => {
  const wire = (text: string) => encodeName(text) ?? rootName;
  const outcome = { code: 'NX', halves: [undefined, undefined], rcode: 3 } as const;
  const end = (code: SearchEnd['code'], asIs?: boolean): SearchEnd => ({
    code,
    candidate: asIs === undefined ? undefined : { name: wire('x.com'), asIs, laterEntries: 0, laterAsIs: false },
    outcome,
    asIs: undefined,
  });
  const candidates = [outcome, outcome, outcome].map(({ code }) => ({
    code,
    classes: [undefined, undefined] as const,
  }));
  const consumed = { ...nothingConsumed, candidates };
  const request = { name: wire('Api.X.Com'), dots: 2, absolute: false };

  test.each([
    ['found by an entry', end('POS', false), { shape: '3 com', place: 2, label: undefined }],
    ['found as it is', end('POS', true), { shape: '3 com', place: 2, label: 'com' }],
    ['a name that there is not teaches nothing of where names are', end('NONAME'), undefined],
    ['nor does one without records', end('NODATA'), undefined],
    ['nor does a failure', end('AGAIN'), undefined],
    ['nor does what cannot be recovered', end('NORECOVERY'), undefined],
  ])('%s', (_what, ended, lesson) => expect(lessonOf(request, ended, consumed)).toEqual(lesson));

  test('nor a search that asked nothing', () =>
    expect(lessonOf(request, end('POS', false), nothingConsumed)).toBe(undefined));

  test.each([
    ['cart', '1'],
    ['redis', '1'],
    ['a.B', '2 b'],
    ['c.b', '2 b'],
    ['a.b.c', '3 c'],
    ['.', '1'],
  ])('shape of %s: %s', (name, shape) => expect(shapeOf(wire(name))).toBe(shape));

  test('the last label in lower case', () => expect(lastLabel(wire('a.EXAMPLE'))).toBe('example'));
});
