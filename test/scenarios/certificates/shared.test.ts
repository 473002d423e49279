/** Replicas that share a CA, in simulated time. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { splitBundle, type Certificate } from '../../../webhook/certificates/certificate.ts';
import { issueAuthority } from '../../../webhook/certificates/issue.ts';
import { dayMs, Simulation, type Stored } from './simulation.ts';

function issuerOf({ chain }: Certificate, bundle: string): string | undefined {
  const leaf = new X509Certificate(chain);
  return splitBundle(bundle).find((ca) => leaf.verify(new X509Certificate(ca).publicKey));
}

/** Two replicas that have agreed on a CA, and a check that runs after each step from then on. */
async function twoReplicas(): Promise<Simulation> {
  const world = new Simulation();
  await Promise.all([world.start(), world.start()]);
  await world.pass(20_000);
  /** Since when each CA has been in the published bundle. */
  const since = new Map<string, number>();
  world.watch = () => {
    const bundle = world.published?.bundle ?? '';
    for (const ca of splitBundle(bundle)) if (!since.has(ca)) since.set(ca, world.nowMs);
    for (const ca of since.keys()) if (!bundle.includes(ca)) since.delete(ca);
    for (const leaf of world.leaves) {
      if (!leaf || !world.published || world.isCut) continue;
      // What an API server needs at every moment: a leaf that holds, of a CA that it has known for a while.
      expect(leaf.notAfterMs).toBeGreaterThan(world.nowMs);
      expect(issuerOf(leaf, bundle)).toBeDefined();
    }
  };
  world.watch();
  return world;
}

test('two replicas that start at the same moment agree on one CA', async () => {
  const world = new Simulation();
  await Promise.all([world.start(), world.start()]);
  await world.pass(20_000);
  const authority = world.secret?.authority?.chain ?? '';
  expect(world.published?.bundle).toBe(authority);
  expect(world.leaves.map((leaf) => leaf && issuerOf(leaf, authority))).toEqual([authority, authority]);
  expect(world.notes.filter((note) => note === 'ca-created')).toHaveLength(1);
  expect(world.errors).toEqual([]);
});

test('the first replica serves at once, with a CA that is published', async () => {
  const world = new Simulation();
  const replica = await world.start();
  expect(world.leaves[0]).toBeDefined();
  expect(replica.isPublished).toBe(true);
});

describe('a rotation that is asked for', () => {
  test('publishes old and new, waits 10 s, then serves with the new one; later the old one goes', async () => {
    const world = await twoReplicas();
    const old = world.secret?.authority?.chain ?? '';
    await world.annotate('now');
    const made = world.secret?.authority?.chain ?? '';
    expect(made).not.toBe(old);
    expect(splitBundle(world.published?.bundle ?? '')).toEqual([made, old]);
    await world.pass(9900);
    expect(world.leaves.map((leaf) => leaf && issuerOf(leaf, made + old))).toEqual([old, old]);
    await world.pass(200);
    expect(world.leaves.map((leaf) => leaf && issuerOf(leaf, made + old))).toEqual([made, made]);
    // One leaf lifetime later no leaf of the old one can be in use.
    await world.passDays(6);
    expect(splitBundle(world.published?.bundle ?? '')).toEqual([made, old]);
    await world.passDays(1);
    expect(world.published?.bundle).toBe(made);
    expect(world.notes.filter((note) => note === 'ca-rotated')).toHaveLength(1);
    expect(world.errors).toEqual([]);
  });

  test('is done once, and again for another value', async () => {
    const world = await twoReplicas();
    for (const value of ['a', 'a', 'b', 'c']) {
      await world.annotate(value);
      await world.pass(30_000);
    }
    expect(world.notes.filter((note) => note === 'ca-rotated')).toHaveLength(3);
    expect(splitBundle(world.published?.bundle ?? '')).toHaveLength(4);
  });

  test('a replica that starts meanwhile waits as long, and one that starts later does not', async () => {
    const world = await twoReplicas();
    await world.annotate('now');
    await world.pass(5000);
    const early = await world.start();
    expect(world.leaves[2]).toBeUndefined();
    await world.pass(10_100);
    expect(world.leaves[2]).toBeDefined();
    expect(early.isPublished).toBe(true);
    await world.pass(3 * 60_000);
    await world.start();
    expect(world.leaves[3]).toBeDefined();
  });
});

test('a year of clock ticks: leaves and CA are replaced, and every moment is served', async () => {
  const world = await twoReplicas();
  const first = world.secret?.authority?.chain;
  const leaves = new Set<string>();
  for (let day = 0; day < 366; day++) {
    await world.passDays(1);
    leaves.add(world.leaves[0]?.chain ?? '');
  }
  expect(world.secret?.authority?.chain).not.toBe(first);
  expect(world.notes.filter((note) => note === 'ca-rotated')).toHaveLength(1);
  // Every 4.7 days, seen once a day.
  expect(leaves.size).toBeGreaterThan(70);
  expect(splitBundle(world.published?.bundle ?? '')).toHaveLength(1);
  expect(world.errors).toEqual([]);
}, 60_000);

test('a bundle that was cleared or overwritten is mended at once', async () => {
  const world = await twoReplicas();
  world.watch = () => undefined;
  const authority = world.secret?.authority?.chain ?? '';
  await world.publishByHand('');
  expect(world.published?.bundle).toBe(authority);
  const foreign = await issueAuthority({ nowMs: world.nowMs, lifetimeMs: dayMs });
  await world.publishByHand(`# by hand\n${foreign.chain}`);
  expect(splitBundle(world.published?.bundle ?? '')).toEqual([authority, foreign.chain]);
  // Cleared in the middle of a rotation: what is served with stays trusted.
  await world.annotate('now');
  await world.publishByHand('');
  expect(splitBundle(world.published?.bundle ?? '')).toContain(authority);
});

test('a Secret that is deleted or spoilt is made anew, without an interruption', async () => {
  const world = await twoReplicas();
  world.secret = undefined;
  await world.pass(60_000);
  await world.pass(60_000);
  const stored = world.secret as Stored | undefined;
  if (stored) world.secret = { ...stored, authority: undefined };
  await world.pass(60_000);
  await world.pass(60_000);
  const made: Stored | undefined = world.secret;
  expect(splitBundle(world.published?.bundle ?? '')).toHaveLength(3);
  expect(world.leaves.every((leaf) => leaf && issuerOf(leaf, made?.authority?.chain ?? ''))).toBe(true);
});

test('without the configuration nothing is published, and everything goes on when it is back', async () => {
  const world = new Simulation();
  world.published = undefined;
  const replica = await world.start();
  expect(world.leaves[0]).toBeDefined();
  expect(replica.isPublished).toBe(false);
  world.published = { bundle: '', version: 99 };
  await world.pass(5000);
  expect(replica.isPublished).toBe(true);
  expect(world.published.bundle).toBe(world.secret?.authority?.chain);
});

test('while the API server is away leaves are served on, and tried again soon', async () => {
  const world = await twoReplicas();
  const before = [...world.leaves];
  world.isCut = true;
  await world.pass(5 * 60_000);
  expect(world.leaves).toEqual(before);
  expect(world.errors.length).toBeGreaterThan(10);
  world.isCut = false;
  const errors = world.errors.length;
  await world.annotate('now');
  await world.pass(20_000);
  expect(world.errors).toHaveLength(errors);
  expect(world.leaves.every((leaf, index) => leaf !== before[index])).toBe(true);
});

test('while the API server is away leaves are renewed by the CA in use, and the error is reported', async () => {
  const world = await twoReplicas();
  const bundle = world.published?.bundle ?? '';
  const before = [...world.leaves];
  world.isCut = true;
  await world.passDays(14);
  for (const [index, leaf] of world.leaves.entries()) {
    expect(leaf).not.toBe(before[index]);
    expect(leaf?.notAfterMs).toBeGreaterThan(world.nowMs);
    expect(leaf && issuerOf(leaf, bundle)).toBe(bundle);
  }
  expect(world.errors.length).toBeGreaterThan(10);
});

test('a CA that another replica publishes between the reads of one round stays published', async () => {
  const world = new Simulation();
  const replica = await world.start();
  // From then on whatever is not in use may leave the bundle.
  await world.passDays(10);
  const before = world.secret?.authority?.chain ?? '';
  const issue = () => issueAuthority({ nowMs: world.nowMs, lifetimeMs: world.settings.caLifetimeMs });
  const [made, stray] = [await issue(), await issue()];
  // There is something to write: a CA that nobody uses.
  world.published = { bundle: before + stray.chain, version: 1000 };
  world.afterSecretRead = () => {
    world.secret = { authority: made, requested: '', rotation: '', version: 1001 };
    world.published = { bundle: made.chain + before, version: 1002 };
  };
  const writes = world.written.length;
  await replica.reconcile();
  expect(world.secret?.authority).toBe(made);
  expect(world.written.slice(writes).filter((bundle) => !bundle.includes(made.chain))).toEqual([]);
  expect(splitBundle(world.published.bundle)).toEqual([made.chain, before]);
  expect(world.errors).toEqual([]);
});
