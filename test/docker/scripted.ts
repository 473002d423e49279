/** A thousand containers behind a scripted API: 500 and 5,000 changes, answers that are none, a gap, and what a lookup costs. */
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from 'dns-packet';
import { processMemory, processorSeconds } from '../support/machine/process-costs.ts';
import { listed, type Checks } from './checks.ts';
import { startHostSidecar } from './host-sidecar.ts';
import { createScriptedApi, type ScriptedApi } from './scripted-api.ts';
import { startUpstream, upstreamAddress } from './upstream.ts';
import type { WorldOptions } from './world.ts';

const socket = '/run/scripted.sock';
const containers = 1000;

export async function proveScripted({ seed }: WorldOptions, checks: Checks): Promise<void> {
  const api = createScriptedApi(socket, containers, seed);
  await api.start();
  const upstream = await startUpstream();
  const sidecar = await startHostSidecar({
    RESOLVER_DOCKER: `unix://${socket}`,
    RESOLVER_LISTEN: '127.0.0.1:53',
    RESOLVER_NAMESERVERS: upstreamAddress,
    RESOLVER_HEALTH: 'required',
  });
  const client = createClient();
  const memoryKilobytes = (): number => processMemory(sidecar.pid).anonymousBytes / 1024;
  const change = async (count: number, seconds: number, faults: 'none' | 'all'): Promise<void> => {
    const [busy, memory, failed] = [processorSeconds(sidecar.pid), memoryKilobytes(), api.failures];
    api.fail(faults);
    await changeFor(api, count * 0.6, seconds * 0.6);
    // No stream breaks off shortly before the second of quiet: a look at all of them may take longer.
    if (faults === 'all') api.fail('answers');
    await changeFor(api, count * 0.4, seconds * 0.4);
    api.fail('none');
    await sleep(1000);
    const percent = (((processorSeconds(sidecar.pid) - busy) / seconds) * 100).toFixed(0);
    console.log(
      `        ${count} changes in ${seconds} s, ${percent} % of one processor, ${memory} kB before and ${memoryKilobytes()} behind, ${api.failures - failed} answers were none`,
    );
    await compare(`after ${count} changes and a second of quiet every name is as it is`, { api, client, checks });
  };
  try {
    for (let left = 100; sidecar.events('docker-synchronised').length === 0 && left > 0; left--) await sleep(100);
    await compare('a thousand containers are known', { api, client, checks });
    await change(500, 8, 'none');
    await change(5000, 25, 'all');
    await api.stop();
    for (let left = 300; left > 0; left--) api.change();
    await sleep(500);
    await api.start();
    const before = sidecar.events('docker-synchronised').length;
    for (let left = 120; sidecar.events('docker-synchronised').length === before && left > 0; left--) await sleep(100);
    await compare('after a gap with 300 changes every name is as it is', { api, client, checks });
    await tellCosts(api);
  } finally {
    client.close();
    checks.hold('the sidecar ends with 0', String(await sidecar.stop()) === '0' ? undefined : 'another code');
    upstream.close();
    await api.stop();
  }
}

/** At an even pace, in the time of the clock. */
async function changeFor(api: ScriptedApi, count: number, seconds: number): Promise<void> {
  const beganMs = performance.now();
  for (let changes = 0; changes < count; await sleep(5)) {
    const passedMs = performance.now() - beganMs;
    for (; changes < Math.min(count, (passedMs * count) / (seconds * 1000)); changes++) api.change();
  }
}

interface Compared {
  readonly api: ScriptedApi;
  readonly client: Client;
  readonly checks: Checks;
}

async function compare(what: string, { api, client, checks }: Compared): Promise<void> {
  const differences: string[] = [];
  const hold = async (name: string, expected: string, type: 'A' | 'PTR' = 'A'): Promise<void> => {
    const found = await client.ask(name, type);
    if (found !== expected) differences.push(`${name} ${type}: ${found}, not ${expected}`);
  };
  const { containers: all } = api;
  const [truth, gone, reverse] = [all.truth(), all.gone(), all.namesByAddress()];
  for (const [name, addresses] of truth) await hold(name, [...new Set(addresses)].join(' '));
  for (const name of gone) await hold(name, 'NXDOMAIN');
  for (const [address, names] of reverse) {
    const name = `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
    await hold(name, names.length > 0 ? names.join(' ') : 'NXDOMAIN', 'PTR');
  }
  checks.hold(
    `${what} (${truth.size} names there, ${gone.length} gone, ${reverse.size} addresses)`,
    listed(differences),
  );
}

/**
 * Told, and not held: a machine that is busy with something else measures that. From many ports, because a second question for a
 * name from one port is taken for a repeat.
 */
async function tellCosts(api: ScriptedApi): Promise<void> {
  const names = api.containers.served();
  const clients = Array.from({ length: ports }, createClient);
  const rate = async (asked: readonly string[]): Promise<number> => {
    const beganMs = performance.now();
    for (let done = 0; done < questions; done++) await clients[done % ports]?.ask(asked[done % asked.length] ?? '');
    return Math.round((questions / (performance.now() - beganMs)) * 1000);
  };
  await Promise.all([clients[0]?.ask('known.test'), clients[0]?.ask('known.test', 'AAAA')]);
  await sleep(500);
  // The sockets of this side are opened, and its code is compiled.
  await rate(names);
  const [local, one, cached] = [await rate(names), await rate(names.slice(0, 1)), await rate(['known.test'])];
  for (const client of clients) client.close();
  console.log(
    `        ${local} lookups a second of ${names.length} containers, ${one} of one of them, ${cached} of a name in memory, one at a time`,
  );
}

const ports = 500;
const questions = 3000;

interface Client {
  /** The addresses or names, or the rcode where there are none. */
  ask(name: string, type?: 'A' | 'AAAA' | 'PTR'): Promise<string>;
  close(): void;
}

function createClient(): Client {
  const udp = createSocket('udp4');
  let id = 0;
  const waiting = new Map<number, (reply: Buffer) => void>();
  udp.on('message', (bytes) => {
    waiting.get(bytes.readUInt16BE(0))?.(bytes);
    waiting.delete(bytes.readUInt16BE(0));
  });
  const send = (name: string, type: 'A' | 'AAAA' | 'PTR'): Promise<Buffer> => {
    id = (id + 1) & 0xffff;
    const query = encode({ type: 'query', id, flags: 0x0100, questions: [{ type, class: 'IN', name }] });
    const resend = setInterval(() => udp.send(query, 53, '127.0.0.1'), 1000);
    return new Promise<Buffer>((resolve) => {
      waiting.set(id, resolve);
      udp.send(query, 53, '127.0.0.1');
    }).finally(() => clearInterval(resend));
  };
  return {
    async ask(name, type = 'A') {
      const reply = decode(await send(name, type));
      const addresses = (reply.answers ?? []).map((answer) =>
        answer.type === 'A' || answer.type === 'PTR' ? answer.data : answer.type,
      );
      return addresses.length > 0 ? addresses.toSorted().join(' ') : String((reply as { rcode?: string }).rcode);
    },
    close: () => void udp.close(),
  };
}
