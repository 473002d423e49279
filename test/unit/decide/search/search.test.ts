/** The search, by the rules of glibc's `__res_context_search` (resolv/res_query.c). */
import { describe } from 'vitest';
import { holdRules } from '../script.ts';
import { search } from './machine.ts';

describe('order of candidates', () => {
  holdRules(search, [
    [
      'fewer dots than ndots: every entry, then the name as it is',
      'name foo search a.test,b.test',
      'ask foo.a.test | NX | ask foo.b.test | NX | ask foo | NX | end NONAME, bare name NX',
    ],
    [
      'as many dots: the name as it is, then every entry, then no more',
      'name foo.x search a.test,b.test',
      'ask foo.x | NX | ask foo.x.a.test | NX | ask foo.x.b.test | NX | end NONAME, bare name NX',
    ],
    [
      'ndots counts the dots',
      'name a.b.c ndots 3 search t',
      'ask a.b.c.t | NX | ask a.b.c | POS | end POS a.b.c, bare name POS',
    ],
    ['and no more than that', 'name a.b.c ndots 2 search t', 'ask a.b.c | POS | end POS a.b.c, bare name POS'],
    [
      'ndots:0: every name as it is first',
      'name foo ndots 0 search t',
      'ask foo | NX | ask foo.t | POS | end POS foo.t, bare name NX',
    ],
    ['absolute: as it is alone', 'name foo absolute search a.test', 'ask foo | NX | end NONAME, bare name NX'],
    ['absolute, with its own error', 'name foo absolute search a.test', 'ask foo | SF | end AGAIN, bare name SF'],
    ['no search list: as it is alone', 'name foo', 'ask foo | NODATA | end NODATA, bare name NODATA'],
    [
      'no-tld-query: a name without a dot is not asked as it is behind an entry',
      'name foo no-tld-query search t',
      'ask foo.t | NX | end NONAME',
    ],
    ['but without any entry', 'name foo no-tld-query', 'ask foo | NX | end NONAME, bare name NX'],
    [
      'and with a dot',
      'name foo.x ndots 5 no-tld-query search t',
      'ask foo.x.t | NX | ask foo.x | NX | end NONAME, bare name NX',
    ],
    ['a root entry is the name as it is', 'name foo search .', 'ask foo | POS | end POS foo'],
    ['behind which it is not asked again', 'name foo search .,t', 'ask foo | NX | ask foo.t | NX | end NONAME'],
    ['nor behind one that stands later', 'name foo search t,.', 'ask foo.t | NX | ask foo | NX | end NONAME'],
    ['if the search reached it', 'name foo search t,.', 'ask foo.t | TEMP | ask foo | NX | end NONAME, bare name NX'],
    [
      'as it is first, a root entry asks it again',
      'name foo.x search .',
      'ask foo.x | NX | ask foo.x | NX | end NONAME, bare name NX',
    ],
    ['a dot in front of an entry is none', 'name foo search .t', 'ask foo.t | POS | end POS foo.t'],
    ['letter case of the entry stays', 'name Foo search T.test', 'ask Foo.T.test | POS | end POS Foo.T.test'],
    ['the root alone is asked as it is', 'name . absolute search t', 'ask . | NODATA | end NODATA, bare name NODATA'],
  ]);
});

describe('what an outcome leads to', () => {
  holdRules(search, [
    ['data ends it', 'name foo search a,b', 'ask foo.a | POS | end POS foo.a'],
    ['no such name: the next entry', 'name foo search a,b', 'ask foo.a | NX | ask foo.b | POS | end POS foo.b'],
    ['no records: the next entry', 'name foo search a,b', 'ask foo.a | NODATA | ask foo.b | POS | end POS foo.b'],
    ['SERVFAIL: the next entry', 'name foo search a,b', 'ask foo.a | SF | ask foo.b | POS | end POS foo.b'],
    [
      'silence, REFUSED: as it is at once',
      'name foo search a,b',
      'ask foo.a | TEMP | ask foo | POS | end POS foo, bare name POS',
    ],
    [
      'FORMERR: as it is at once',
      'name foo search a,b',
      'ask foo.a | FATAL | ask foo | POS | end POS foo, bare name POS',
    ],
    ['nobody is there: the end', 'name foo search a,b', 'ask foo.a | DEAD | end AGAIN'],
    [
      'as it is first, silence: the entries all the same',
      'name foo.x search a',
      'ask foo.x | TEMP | ask foo.x.a | POS | end POS foo.x.a, bare name TEMP',
    ],
    [
      'FORMERR there, too',
      'name foo.x search a',
      'ask foo.x | FATAL | ask foo.x.a | POS | end POS foo.x.a, bare name FATAL',
    ],
    [
      'nobody there: the entries, whose own end counts',
      'name foo.x search a,b',
      'ask foo.x | DEAD | ask foo.x.a | DEAD | end AGAIN, bare name DEAD',
    ],
    [
      'as it is first, silence of an entry: the end',
      'name foo.x search a,b',
      'ask foo.x | NX | ask foo.x.a | TEMP | end NONAME, bare name NX',
    ],
  ]);
});

describe('which error wins', () => {
  holdRules(search, [
    ['the last one', 'name foo search a', 'ask foo.a | NX | ask foo | TEMP | end AGAIN, bare name TEMP'],
    [
      'a time that ran out is forgotten behind no such name',
      'name foo search a',
      'ask foo.a | TEMP | ask foo | NX | end NONAME, bare name NX',
    ],
    ['so is FORMERR', 'name foo search a', 'ask foo.a | FATAL | ask foo | NX | end NONAME, bare name NX'],
    [
      'no records anywhere beat everything',
      'name foo search a,b,c',
      'ask foo.a | NODATA | ask foo.b | SF | ask foo.c | NX | ask foo | FATAL | end NODATA, bare name FATAL',
    ],
    [
      'SERVFAIL of an entry beats no such name',
      'name foo search a,b',
      'ask foo.a | SF | ask foo.b | NX | ask foo | NX | end AGAIN, bare name NX',
    ],
    [
      'and FORMERR of the name as it is',
      'name foo search a',
      'ask foo.a | SF | ask foo | FATAL | end AGAIN, bare name FATAL',
    ],
    [
      'as it is first: its error, whatever entries say',
      'name foo.x search a,b',
      'ask foo.x | NX | ask foo.x.a | NODATA | ask foo.x.b | SF | end NONAME, bare name NX',
    ],
    ['as it is first, SERVFAIL', 'name foo.x search a', 'ask foo.x | SF | ask foo.x.a | NX | end AGAIN, bare name SF'],
    [
      'as it is first, no records',
      'name foo.x search a',
      'ask foo.x | NODATA | ask foo.x.a | NX | end NODATA, bare name NODATA',
    ],
    [
      'but nobody there at an entry is the end',
      'name foo.x search a',
      'ask foo.x | NX | ask foo.x.a | DEAD | end AGAIN, bare name NX',
    ],
    ['FORMERR with its rcode', 'name foo', 'ask foo | FATAL/9 | end NORECOVERY rcode 9, bare name FATAL'],
    [
      'as it is first, its rcode',
      'name foo.x search a',
      'ask foo.x | FATAL/9 | ask foo.x.a | FATAL/1 | end NORECOVERY rcode 9, bare name FATAL',
    ],
    [
      'without as it is, the rcode of the last entry',
      'name foo no-tld-query search a',
      'ask foo.a | FATAL/6 | end NORECOVERY rcode 6',
    ],
    [
      'no-tld-query, SERVFAIL of an entry',
      'name foo no-tld-query search a,b',
      'ask foo.a | SF | ask foo.b | NX | end AGAIN',
    ],
    [
      'no-tld-query, no records of an entry',
      'name foo no-tld-query search a,b',
      'ask foo.a | NODATA | ask foo.b | NX | end NODATA',
    ],
  ]);
});

const long = `${'x'.repeat(60)}.`.repeat(4).slice(0, -1);

describe('names that cannot be asked', () => {
  holdRules(search, [
    [
      'too long with the entry: as it is at once',
      `name ${long} ndots 9 search a.test.example,b`,
      `ask ${long} | NX | end NONAME, bare name NX`,
    ],
    ['an entry that is none: as it is at once', 'name foo search a..b,c', 'ask foo | NX | end NONAME, bare name NX'],
    ['as it is first: the end', 'name foo.x search a..b', 'ask foo.x | NX | end NONAME, bare name NX'],
    [
      'behind no records: those',
      'name foo search a,..',
      'ask foo.a | NODATA | ask foo | NX | end NODATA, bare name NX',
    ],
    [
      'nothing is asked at all: glibc finds no way to encode it',
      'name foo no-tld-query search a..b',
      'end NORECOVERY rcode 3',
    ],
    ['behind no such name', 'name foo no-tld-query search a,b..c', 'ask foo.a | NX | end NORECOVERY rcode 3'],
  ]);
});

describe('answers to searched names that are no host names', () => {
  holdRules(search, [
    [
      'of an address lookup: no such name, whatever follows',
      'name foo host-names-only search a:b,c',
      'ask foo.a:b | POS | end NONAME',
    ],
    [
      'also behind the name as it is',
      'name foo.x host-names-only search a:b',
      'ask foo.x | NODATA | ask foo.x.a:b | POS | end NONAME',
    ],
    ['of other types it is found', 'name foo search a:b', 'ask foo.a:b | POS | end POS foo.a:b'],
    ['a host name is found', 'name foo host-names-only search a_b', 'ask foo.a_b | POS | end POS foo.a_b'],
    ['as it is, the program asked for it', 'name f:o host-names-only', 'ask f:o | POS | end POS f:o, bare name POS'],
    ['also by a root entry', 'name f:o host-names-only search .', 'ask f:o | POS | end POS f:o'],
  ]);
});

describe('what may follow a candidate', () => {
  holdRules(search, [
    [
      'entries, then as it is',
      'name foo search a,b show-later',
      'ask foo.a (then 1 + as it is) | NX | ask foo.b (then as it is) | NX | ask foo (last) | NX | end NONAME, bare name NX',
    ],
    [
      'as it is first: entries',
      'name foo.x search a,b show-later',
      'ask foo.x (then 2) | NX | ask foo.x.a (then 1) | NX | ask foo.x.b (last) | NX | end NONAME, bare name NX',
    ],
    ['absolute: nothing', 'name foo absolute search a,b show-later', 'ask foo (last) | NX | end NONAME, bare name NX'],
    [
      'no-tld-query: no name as it is',
      'name foo no-tld-query search a show-later',
      'ask foo.a (last) | NX | end NONAME',
    ],
    [
      'no entries behind one that is none',
      'name foo search a..b,c show-later',
      'ask foo (last) | NX | end NONAME, bare name NX',
    ],
    [
      'nor behind a root entry',
      'name foo search .,a show-later',
      'ask foo (then 1) | NX | ask foo.a (last) | NX | end NONAME',
    ],
  ]);
});

describe('a name that may not be sent as it is', () => {
  holdRules(search, [
    ['is left out at the end', 'name foo without-as-is search a,b', 'ask foo.a | NX | ask foo.b | NODATA | end NODATA'],
    ['and at the beginning', 'name foo.x without-as-is search a', 'ask foo.x.a | NX | end NONAME'],
    ['a failure does not lead to it', 'name foo without-as-is search a,b', 'ask foo.a | TEMP | end AGAIN'],
    ['nor does a root entry', 'name foo without-as-is search .,a', 'ask foo.a | NX | end NONAME'],
    [
      'nothing follows the last entry',
      'name foo without-as-is search a show-later',
      'ask foo.a (last) | NX | end NONAME',
    ],
    ['nothing may be asked: there is no such name', 'name foo without-as-is', 'end NONAME'],
    ['nor where the root is all of the list', 'name foo without-as-is search .', 'end NONAME'],
  ]);
});
