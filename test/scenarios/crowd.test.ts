/** Queries that wait for few searches: their number is bounded as that of the searches is. */
import { expect, test } from 'vitest';
import { createRawClient } from '../support/simulation/raw-client.ts';

const script = { servers: { '10.0.0.1': { otherwise: 'LOST' as const } } };
const silent = { resolvConf: 'nameserver 10.0.0.1\noptions timeout:30 attempts:5\n', script };

test('of many that ask for one search from ports of their own, four per search that may run are kept', async () => {
  const client = createRawClient({ ...silent, settings: { maxSearches: 5 } });
  const connection = client.connect();
  for (let port = 2000; port < 2019; port += 1) client.ask({ name: 'a.test', type: 'MX', port });
  client.ask({ name: 'a.test', type: 'MX', connection });
  expect(connection.closed).toBe(false);
  const late = client.connect();
  client.ask({ name: 'a.test', type: 'MX', connection: late });
  expect(late.closed).toBe(true);
  expect(client.pipeline.inFlight).toBe(1);
  await client.pass(45_100);
  expect(connection.replies.map(({ message }) => (message as { rcode?: string }).rcode)).toEqual(['SERVFAIL']);
  const after = client.connect();
  client.ask({ name: 'b.test', type: 'MX', connection: after });
  expect(after.closed).toBe(false);
});
