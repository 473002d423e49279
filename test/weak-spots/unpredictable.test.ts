/** IDs and source ports of questions to the upstream: nobody who sees some can tell the next. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lookUp } from './client.ts';
import { using, useRig } from './rig.ts';
import { suspicious, unevenness } from './statistics.ts';
import { typeA, typeAaaa, type UpstreamQuery } from './upstream.ts';

const rig = useRig();

const pairs = 4000;
const atOnce = 40;

/** What the kernel draws ports from. */
const [firstPort = 0, lastPort = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
  .trim()
  .split(/\s+/)
  .map(Number);
const portCount = lastPort - firstPort + 1;

/** Into so many equal parts of the range. */
const portCell = (port: number, cells: number): number => Math.floor(((port - firstPort) * cells) / portCount);

async function askThousands(environment: Readonly<Record<string, string>>): Promise<UpstreamQuery[]> {
  const upstream = await rig.upstream();
  const sidecar = await rig.sidecar({ ...using(upstream), ...environment });
  for (let index = 0; index < pairs; index += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, offset) =>
        lookUp(sidecar.port, `pair${index + offset}.test`, { repeatMs: 20_000, limitMs: 60_000 }),
      ),
    );
  }
  return upstream.queries;
}

/** Both questions of each lookup, which never share a port. */
function halvesOf(queries: readonly UpstreamQuery[]): { a: UpstreamQuery; aaaa: UpstreamQuery }[] {
  const halves = [...Map.groupBy(queries, ({ name }) => name).values()].map((two) => {
    const a = two.find(({ type }) => type === typeA);
    const aaaa = two.find(({ type }) => type === typeAaaa);
    if (a === undefined || aaaa === undefined) throw new Error('half a pair');
    return { a, aaaa };
  });
  expect(halves.filter(({ a, aaaa }) => a.port === aaaa.port)).toEqual([]);
  return halves;
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? 0));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** `steps` are those from one ID to the next of whoever draws them. */
function measuresOfIds(ids: readonly number[], steps: readonly number[]): Record<string, number> {
  return {
    'high byte of the ID': unevenness(
      ids.map((id) => id >> 8),
      256,
    ),
    'low byte of the ID': unevenness(
      ids.map((id) => id & 0xff),
      256,
    ),
    'step from ID to ID': unevenness(
      steps.map((step) => modulo(step, 65_536) >> 8),
      256,
    ),
  };
}

function expectChance(measures: Readonly<Record<string, number>>): void {
  for (const [what, deviations] of Object.entries(measures)) console.log(`${what}: ${deviations.toFixed(2)}`);
  expect(Object.entries(measures).filter(([, deviations]) => Math.abs(deviations) > suspicious)).toEqual([]);
}

test('the measure itself: chance passes, and every habit is seen', () => {
  const random = Array.from({ length: 8000 }, () => Math.floor(Math.random() * 65_536));
  const cells = (values: readonly number[]): number =>
    Math.abs(
      unevenness(
        values.map((value) => value & 0xff),
        256,
      ),
    );
  const steps = (values: readonly number[]): number =>
    Math.abs(
      unevenness(
        differences(values).map((value) => modulo(value, 256)),
        256,
      ),
    );
  expect(cells(random)).toBeLessThan(suspicious);
  expect(steps(random)).toBeLessThan(suspicious);
  const counter = random.map((_, index) => 17 + index);
  expect(cells(counter)).toBeGreaterThan(suspicious);
  expect(steps(counter)).toBeGreaterThan(suspicious);
  // A generator with few states, and one with a weak bit.
  expect(cells(random.map((value) => value & 0xfe))).toBeGreaterThan(suspicious);
  expect(steps(random.map((_, index) => (index * 40_503) & 0xffff))).toBeGreaterThan(suspicious);
  expect(cells(random.map((value) => (Math.random() < 0.03 ? 7 : value)))).toBeGreaterThan(suspicious);
});

describe(`${pairs} lookups of A and AAAA`, async () => {
  test('IDs and ports', { timeout: 300_000 }, async () => {
    const queries = await askThousands({ RESOLVER_MAX_QUESTIONS_PER_SOCKET: '1' });
    expect(queries).toHaveLength(2 * pairs);
    const ids = queries.map(({ id }) => id);
    const ports = queries.map(({ port }) => port);
    const halves = halvesOf(queries);
    // Both together are as good as never used again: 0.02 times by chance.
    expect(new Set(queries.map(({ id, port }) => `${id} ${port}`)).size).toBeGreaterThanOrEqual(2 * pairs - 2);

    const measures = {
      ...measuresOfIds(ids, differences(ids)),
      'low step from ID to ID': unevenness(
        differences(ids).map((step) => modulo(step, 256)),
        256,
      ),
      'bits that change from ID to ID': unevenness(
        ids.slice(1).map((id, index) => (id ^ (ids[index] ?? 0)) & 0xff),
        256,
      ),
      'AAAA ID after A ID': unevenness(
        halves.map(({ a, aaaa }) => modulo(aaaa.id - a.id, 65_536) >> 10),
        64,
      ),
      'place of the port': unevenness(
        ports.map((port) => portCell(port, 64)),
        64,
      ),
      'lowest bits of the port': unevenness(
        ports.map((port) => (port - firstPort) % 8),
        8,
      ),
      'step from port to port': unevenness(
        differences(ports).map((step) => Math.floor((modulo(step, portCount) * 64) / portCount)),
        64,
      ),
      'AAAA port after A port': unevenness(
        halves.map(({ a, aaaa }) => Math.floor((modulo(aaaa.port - a.port, portCount) * 32) / portCount)),
        32,
      ),
      'ID and port together': unevenness(
        queries.map(({ id, port }) => (id >> 12) * 16 + portCell(port, 16)),
        256,
      ),
    };
    expectChance(measures);
  });

  test('under load, with sockets that ask more than one question', { timeout: 300_000 }, async () => {
    const queries = await askThousands({ RESOLVER_REUSE_SOCKETS_FROM: '1' });
    expect(queries).toHaveLength(2 * pairs);
    halvesOf(queries);
    const byPort = Map.groupBy(queries, ({ port }) => port);
    // The kernel may draw a port again for a later socket.
    const mostOfOne = Math.max(...[...byPort.values()].map((asked) => asked.length));
    expect(mostOfOne).toBeLessThanOrEqual(3 * 32);
    expect(byPort.size).toBeGreaterThanOrEqual(Math.floor((2 * pairs) / 32 / 2));
    expect(byPort.size).toBeLessThan(pairs);
    const ids = queries.map(({ id }) => id);
    const perSocket = [...byPort.values()].map((asked) => asked.map(({ id }) => id));
    const steps = perSocket.flatMap((asked) => differences(asked));
    const measures = {
      ...measuresOfIds(ids, steps),
      'place of the port': unevenness(
        [...byPort.keys()].map((port) => portCell(port, 16)),
        16,
      ),
    };
    expectChance(measures);
  });

  test('a new start begins elsewhere', async () => {
    const starts: string[] = [];
    for (let start = 0; start < 3; start += 1) {
      const upstream = await rig.upstream();
      const sidecar = await rig.sidecar(using(upstream));
      for (let index = 0; index < 5; index += 1) await lookUp(sidecar.port, `start${index}.test`);
      starts.push(upstream.queries.map(({ id }) => id).join(' '));
    }
    expect(new Set(starts).size).toBe(3);
    const [one = '', ...others] = starts;
    for (const other of others)
      expect(other.split(' ').filter((id) => one.split(' ').includes(id)).length).toBeLessThan(3);
  });
});
