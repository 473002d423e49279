/** What each request does to the services, and what it is answered. */
import { describe, expect, test } from 'vitest';
import {
  type Services,
  effectiveService,
  hide,
  maxManual,
  putManual,
} from '../../../../sidecar/discovery/services/services.ts';
import { maxCharactersOfAll } from '../../../../sidecar/discovery/services/override.ts';
import { serviceOf } from '../../../../sidecar/discovery/services/service.ts';
import { database, done, send, someServices, web, withOverride, type Sent } from './requests.ts';

const put = { Name: 'nas', Image: 'box', IPs: ['10.0.0.7', 'fd00::7'], TTL: 30, Aliases: ['files.lan'] };

describe('reading', () => {
  test('all services, in the spelling of dnsdock', () => {
    const { status, json, headers } = send(someServices(), 'GET /services');
    expect(status).toBe(200);
    expect(Object.keys(json ?? {})).toEqual([web, database, 'printer']);
    expect(json?.['printer']).toEqual({
      ...{ Name: 'printer', Image: 'office', IPs: ['10.0.0.9'], TTL: -1, Aliases: [] },
      ...{ Id: 'printer', Source: 'manual', Networks: [], Names: [{ Name: 'printer.docker', From: 'container' }] },
      ...{ Overridden: [], StartedMs: 2000 },
    });
    expect(headers['etag']).toMatch(/^"[\w-]{22}"$/);
  });

  test('after each change as they are then', () => {
    const services = someServices();
    const names = (now: Services) =>
      Object.values(send(now, 'GET /services').json as Record<string, { Name: string }>).map(({ Name }) => Name);
    expect(names(services)).toEqual(['web', 'db', 'printer']);
    const said = send(services, 'PATCH /services/ab12', { Name: 'shop' }).services;
    expect(names(said)).toEqual(['shop', 'db', 'printer']);
    expect(names(send(said, 'DELETE /services/ab12').services)).toEqual(['web', 'db', 'printer']);
    expect(names(send(said, 'PUT /services/printer', put).services)).toEqual(['shop', 'db', 'nas']);
  });

  test('one, by its id or the beginning of a container’s', () => {
    expect(send(someServices(), 'GET /services/ab12').json).toMatchObject({
      Id: web,
      Name: 'web',
      IPs: ['172.17.0.2'],
    });
    expect(send(someServices(), 'GET /services/AB12/').json).toMatchObject({ Container: 'web', Source: 'container' });
    expect(send(someServices(), 'GET /services/%70rinter').json).toMatchObject({ Id: 'printer' });
  });

  test('the TTL of the set is a bare integer', () => {
    expect(send(someServices(), 'GET /set/ttl').json).toBe(0);
  });

  test('what has not changed is not sent again', () => {
    const { headers } = send(someServices(), 'GET /services/ab12');
    const again = send(someServices(), 'GET /services/ab12', undefined, {
      headers: { 'if-none-match': headers['etag'] ?? '' },
    });
    expect([again.status, again.json]).toEqual([304, undefined]);
    const other = send(withOverride(), 'GET /services/ab12', undefined, {
      headers: { 'if-none-match': headers['etag'] ?? '' },
    });
    expect(other.status).toBe(200);
  });
});

describe('changes', () => {
  test('PUT makes a service and answers with it', () => {
    const { status, json, services } = send(someServices(), 'PUT /services/nas', put);
    expect([status, json]).toMatchObject([200, { ...put, Source: 'manual' }]);
    expect(effectiveService(services, 'nas')).toMatchObject({
      name: 'nas',
      addresses: ['10.0.0.7', 'fd00::7'],
      ttlSeconds: 30,
    });
  });

  test('PUT replaces all of one that was made by hand, and it stays where it was in the order', () => {
    const { json, services } = send(someServices(), 'PUT /services/printer', { name: 'p', ip: '10.0.0.10' });
    expect(json).toMatchObject({ Name: 'p', Image: '', IPs: ['10.0.0.10'], TTL: -1 });
    expect(services.manual.get('printer')?.startedMs).toBe(2000);
  });

  test('PATCH of one made by hand changes what it names', () => {
    const { json } = send(someServices(), 'PATCH /services/printer', { ttl: 60, alias: 'print.lan, print.home' });
    expect(json).toMatchObject({ Name: 'printer', Image: 'office', TTL: 60, Aliases: ['print.lan', 'print.home'] });
  });

  test('PATCH of a container is said beside what Docker says', () => {
    const { json, services } = send(withOverride(), 'PATCH /services/ab12', { Aliases: ['shop.example'] });
    expect(json).toMatchObject({
      Name: 'shop',
      TTL: 5,
      Aliases: ['shop.example'],
      Overridden: ['Name', 'TTL', 'Aliases'],
    });
    expect(services.discovered.get(web)).toMatchObject({ name: 'web', aliases: [] });
  });

  test('null in a PATCH takes back what was said, and -1 the TTL', () => {
    const { json } = send(withOverride(), 'PATCH /services/ab12', { Name: null, TTL: -1 });
    expect(json).toMatchObject({ Name: 'web', TTL: -1, Overridden: [] });
    const patched = send(send(someServices(), 'PUT /services/nas', put).services, 'PATCH /services/nas', {
      TTL: null,
      Image: null,
      Aliases: null,
    });
    expect(patched.json).toMatchObject({ Name: 'nas', Image: '', TTL: -1, Aliases: [] });
  });

  test('DELETE removes what was made by hand, and takes back what was said of a container', () => {
    expect(send(someServices(), 'DELETE /services/printer').services.manual.size).toBe(0);
    expect(send(withOverride(), 'DELETE /services/ab12').services.overrides.size).toBe(0);
  });

  describe('of a container that does not run', () => {
    const stopped = hide(withOverride(), web);
    const read = send(stopped, 'GET /services/ab12');

    test('GET reads what was said of it, and the list does not have it', () => {
      expect([read.status, read.json]).toEqual([
        200,
        {
          ...{ Name: 'shop', Image: '', IPs: [], TTL: 5, Aliases: [], Id: web, Source: 'container' },
          ...{ Networks: [], Names: [], Overridden: ['Name', 'TTL'], Waiting: true },
        },
      ]);
      expect(Object.keys(send(stopped, 'GET /services').json ?? {})).toEqual([database, 'printer']);
      expect(send(hide(someServices(), web), 'GET /services/ab12').status).toBe(404);
    });

    test('PATCH says more of it, and takes it back', () => {
      const more = send(stopped, 'PATCH /services/ab12', { Aliases: ['shop.test'], TTL: null });
      expect(more.json).toMatchObject({ Name: 'shop', Aliases: ['shop.test'], Overridden: ['Name', 'Aliases'] });
      const none = send(more.services, 'PATCH /services/ab12', { Name: null, Aliases: null });
      expect([none.status, none.json]).toMatchObject([200, { Id: web, Name: '', Overridden: [], Waiting: true }]);
      expect(none.services.overrides.size).toBe(0);
    });

    test('PUT is refused, as of one that runs', () => {
      expect(send(stopped, 'PUT /services/ab12', put).json).toMatchObject({ error: 'found-by-docker' });
      expect(send(stopped, 'PUT /services/ab12', put, { headers: { 'if-none-match': '*' } }).status).toBe(412);
      const paused = hide(someServices(), web, someServices().discovered.get(web));
      expect(send(paused, `PUT /services/${web}`, put).json).toMatchObject({ error: 'found-by-docker' });
    });

    test('DELETE goes by the ETag of what was read', () => {
      const del = (tag: string) => send(stopped, 'DELETE /services/ab12', undefined, { headers: { 'if-match': tag } });
      expect([del('"other"').status, del(read.headers['etag'] ?? '').status, del('*').status]).toEqual([412, 200, 200]);
      const needed = send(stopped, 'DELETE /services/ab12', undefined, { needsIfMatch: true });
      expect(needed.status).toBe(428);
    });
  });

  test('an entry does not have what is said of a container of its id', () => {
    const waiting = { ...someServices(), overrides: new Map([['printer', { ttlSeconds: 1 }]]) };
    expect(send(waiting, 'GET /services/printer').json).toMatchObject({ TTL: -1, Overridden: [] });
    expect(send(waiting, 'PUT /services/printer', put).status).toBe(200);
  });

  test('DELETE takes back what was said of a container that does not run', () => {
    const stopped = hide(withOverride(), web);
    expect(send(stopped, 'DELETE /services/ab12').services.overrides.size).toBe(0);
    const both = { ...stopped, overrides: new Map([...stopped.overrides, [database, { ttlSeconds: 1 }]]) };
    expect(send(both, `DELETE /services/${web.slice(0, 5)}`).services.overrides.size).toBe(1);
    expect(send(both, `DELETE /services/${web}`).services.overrides).toEqual(new Map([[database, { ttlSeconds: 1 }]]));
  });

  test('DELETE of an entry is of the entry, though something is said of a container of its id', () => {
    const waiting = { ...someServices(), overrides: new Map([['printer', { ttlSeconds: 1 }]]) };
    const { services } = send(waiting, 'DELETE /services/printer');
    expect([services.manual.size, services.overrides.size]).toEqual([0, 1]);
  });

  test('PUT of the TTL of the set', () => {
    const { status, json, services } = send(someServices(), 'PUT /set/ttl', 45);
    expect([status, json, services.ttlSeconds]).toEqual([200, 45, 45]);
  });

  test('what was read may be changed and sent back', () => {
    const { json } = send(someServices(), 'GET /services/printer');
    const sent = send(someServices(), 'PUT /services/printer', { ...json, TTL: 9 });
    expect([sent.status, sent.json?.['TTL']]).toEqual([200, 9]);
  });
});

const etagOf = (services: Services, target: string): string => send(services, `GET ${target}`).headers['etag'] ?? '';

describe('what is refused changes nothing', () => {
  const full = (): Services => {
    const { manual, ...rest } = someServices();
    const [entry] = manual.values();
    if (entry === undefined) throw new Error('there is one');
    return {
      ...rest,
      manual: new Map(Array.from({ length: maxManual }, (_, index) => [`m${index}`, { ...entry, id: `m${index}` }])),
    };
  };

  const rows: [
    what: string,
    request: string,
    body: unknown,
    status: number,
    code: string,
    says: RegExp,
    sent?: Sent,
  ][] = [
    ['an unknown id', 'GET /services/cd', undefined, 404, 'not-found', /cd/],
    ['three digits of an id', 'GET /services/ab1', undefined, 404, 'not-found', /ab1/],
    ['PATCH of nothing', 'PATCH /services/none', { ttl: 1 }, 404, 'not-found', /none/],
    ['DELETE of nothing', 'DELETE /services/none', undefined, 404, 'not-found', /none/],
    ['PUT on a container', 'PUT /services/ab12', put, 409, 'found-by-docker', /PATCH/],
    ['DELETE of a container', 'DELETE /services/ab13', undefined, 409, 'found-by-docker', /com\.dnsdock\.ignore/],
    ['no JSON', 'PUT /services/nas', '{"name": ', 400, 'bad-json', /JSON/],
    ['no body', 'PUT /services/nas', '', 400, 'bad-json', /empty/],
    ['bytes that are no UTF-8', 'PUT /services/nas', Uint8Array.of(0x22, 0xff, 0x22), 400, 'bad-json', /JSON/],
    ['half of a service', 'PUT /services/nas', { Name: 'nas' }, 400, 'invalid-service', /IPs: is missing/],
    [
      'one wrong address of two',
      'PUT /services/nas',
      { ...put, IPs: ['10.0.0.7', '10.0.0'] },
      400,
      'invalid-service',
      /IPs\[1\]: 10\.0\.0 is not/,
    ],
    [
      'PATCH with one wrong member',
      'PATCH /services/ab12',
      { Name: 'ok', TTL: 1.5 },
      400,
      'invalid-service',
      /^TTL: 1\.5/,
    ],
    [
      'PATCH that takes all addresses',
      'PATCH /services/printer',
      { IPs: null },
      400,
      'invalid-service',
      /^IPs: there must be at least/,
    ],
    [
      'PATCH that takes all names',
      'PATCH /services/printer',
      { Name: '', Image: '' },
      400,
      'invalid-service',
      /^Name: there must be a name,/,
    ],
    ['an id of dots', 'PUT /services/%2e%2e', put, 400, 'bad-request', /more than dots/],
    ['an id with a blank', 'PUT /services/a%20b', put, 400, 'bad-request', /1 to 128/],
    ['a TTL that is text', 'PUT /set/ttl', '"30"', 400, 'invalid-ttl', /integer/],
    ['a negative TTL', 'PUT /set/ttl', -1, 400, 'invalid-ttl', /integer/],
    ['a TTL with a fraction', 'PUT /set/ttl', 0.5, 400, 'invalid-ttl', /integer/],
    [
      'another type',
      'PUT /services/nas',
      put,
      415,
      'unsupported-type',
      /JSON/,
      { headers: { 'content-type': 'text/plain' } },
    ],
    [
      'another character set',
      'PUT /set/ttl',
      3,
      415,
      'unsupported-type',
      /UTF-8/,
      { headers: { 'content-type': 'application/json; charset=latin1' } },
    ],
    [
      'a compressed body',
      'PUT /set/ttl',
      3,
      415,
      'unsupported-type',
      /compressed/,
      { headers: { 'content-encoding': 'gzip' } },
    ],
    [
      'an outdated If-Match',
      'PATCH /services/ab12',
      { ttl: 1 },
      412,
      'changed',
      /If-Match/,
      { headers: { 'if-match': '"old"' } },
    ],
    [
      'If-Match of what is not there',
      'PUT /services/nas',
      put,
      412,
      'changed',
      /If-Match/,
      { headers: { 'if-match': '*' } },
    ],
    [
      'If-None-Match of what is',
      'PUT /services/printer',
      put,
      412,
      'changed',
      /If-None-Match/,
      { headers: { 'if-none-match': '*' } },
    ],
    [
      'an outdated If-Match of the TTL',
      'PUT /set/ttl',
      3,
      412,
      'changed',
      /If-Match/,
      { headers: { 'if-match': '"old"' } },
    ],
    [
      'PATCH without an If-Match that is needed',
      'PATCH /services/ab12',
      { ttl: 1 },
      428,
      'if-match-needed',
      /ETag/,
      { needsIfMatch: true },
    ],
    [
      'DELETE without it',
      'DELETE /services/printer',
      undefined,
      428,
      'if-match-needed',
      /ETag/,
      { needsIfMatch: true },
    ],
    ['PUT of the TTL without it', 'PUT /set/ttl', 3, 428, 'if-match-needed', /ETag/, { needsIfMatch: true }],
  ];
  test.each(rows)('%s', (...[, request, body, status, code, says, sent]) => {
    // Of one container nothing was said by hand.
    const before = withOverride();
    const answer = send(before, request, body, sent);
    expect([answer.status, answer.json?.['error']]).toEqual([status, code]);
    expect(answer.json?.['message']).toMatch(says);
    expect(answer.services).toBe(before);
  });

  test('an id that several begin with', () => {
    const twin = `ab12${'1'.repeat(60)}`;
    const services = someServices();
    const first = services.discovered.get(web);
    if (first === undefined) throw new Error('there is one');
    const both = { ...services, discovered: new Map(services.discovered).set(twin, { ...first, id: twin }) };
    for (const request of ['GET /services/ab12', 'PUT /services/ab12', 'DELETE /services/ab12'])
      expect(send(both, request, put)).toMatchObject({ status: 409, json: { error: 'ambiguous-id' }, services: both });
  });

  test('more than there may be, though one of them may be replaced', () => {
    const services = full();
    const refused = send(services, 'PUT /services/nas', put);
    expect([refused.status, refused.json?.['error'], refused.services]).toEqual([409, 'full', services]);
    expect(send(services, 'PUT /services/m7', put).status).toBe(200);
  });

  test('more characters than there may be', () => {
    const large = serviceOf({ id: 'l', source: 'manual', startedMs: 0, aliases: ['x'.repeat(maxCharactersOfAll)] });
    const services = { ...someServices(), manual: new Map([['l', large]]) };
    for (const request of ['PUT /services/nas', 'PATCH /services/ab12'])
      expect(send(services, request, put)).toMatchObject({
        ...{ status: 409, services },
        json: { error: 'full', message: expect.stringMatching(/may have 3000000 characters/) as string },
      });
  });
});

describe('an If-Match', () => {
  test('of what is there lets a change through', () => {
    const services = someServices();
    const headers = { 'if-match': `"other", ${etagOf(services, '/services/ab12')}` };
    expect(send(services, 'PATCH /services/ab12', { ttl: 1 }, { headers, needsIfMatch: true }).status).toBe(200);
    const ofTtl = { 'if-match': etagOf(services, '/set/ttl') };
    expect(send(services, 'PUT /set/ttl', 7, { headers: ofTtl, needsIfMatch: true }).status).toBe(200);
    expect(
      send(services, 'DELETE /services/printer', undefined, { headers: { 'if-match': '*' }, needsIfMatch: true })
        .status,
    ).toBe(200);
  });

  test('is not needed for what is new', () => {
    expect(send(someServices(), 'PUT /services/nas', put, { needsIfMatch: true }).status).toBe(200);
  });

  test('of the state behind a change is what the change was answered with', () => {
    const { headers, services } = send(someServices(), 'PUT /services/nas', put);
    expect(etagOf(services, '/services/nas')).toBe(headers['etag']);
  });
});

test('types that curl and others send are JSON', () => {
  for (const type of [
    '',
    'application/json',
    'Application/JSON; charset="UTF-8"',
    'application/merge-patch+json',
    'application/x-www-form-urlencoded',
  ])
    expect(send(someServices(), 'PUT /set/ttl', 3, { headers: { 'content-type': type } }).status).toBe(200);
});

test('an entry of which the id is the beginning of no container’s is made under it', () => {
  expect(
    send(
      done(putManual(someServices(), 'dead', { name: 'd', image: '', addresses: ['10.0.0.1'] }, 1)),
      'GET /services/dead',
    ).status,
  ).toBe(200);
  expect(send(someServices(), 'PUT /services/beef', put).services.manual.has('beef')).toBe(true);
});
