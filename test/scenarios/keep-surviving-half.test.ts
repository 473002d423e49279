/** `keep-surviving-half` through the whole pipeline: the family that was answered, over whatever transport. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript, ServerScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const data: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'] };
const truncated: ReplyScript = { is: 'DATA', truncated: true, tcp: 'CLOSE' };
const lateData: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'], delayMs: 20 };
const closedOverTcp: ReplyScript = { is: 'DATA', tcp: 'CLOSE' };

/** What the answered and the failed family get, and the options of the file. */
const ways: Readonly<Record<string, { answered: ReplyScript; failed: ReplyScript; options?: string }>> = {
  'UDP: the other is lost': { answered: data, failed: 'LOST' },
  'UDP, one after the other: the other is lost': { answered: data, failed: 'LOST', options: 'single-request' },
  'UDP, then TCP for what was truncated: closed': { answered: data, failed: truncated },
  'UDP, then TCP for what was truncated: the reply over UDP comes after that': {
    answered: lateData,
    failed: truncated,
  },
  'TCP: closed behind the first reply': { answered: data, failed: { ...closedOverTcp, delayMs: 0 }, options: 'use-vc' },
  'TCP: the other is never answered': {
    answered: data,
    failed: { is: 'DATA', tcp: 'STALL' },
    options: 'use-vc',
  },
  'strict-error: the other fails': { answered: data, failed: 'SF', options: 'strict-error' },
};

const needsNoSetting: ReadonlySet<string> = new Set([
  'A UDP: the other is lost',
  'A UDP, one after the other: the other is lost',
]);
/** glibc asks for A first, and where that is lost not for AAAA; and a connection may end before the reply to AAAA. */
const neverInHand: ReadonlySet<string> = new Set([
  'AAAA UDP, one after the other: the other is lost',
  'AAAA TCP: closed behind the first reply',
]);

async function lookUp(
  servers: Record<string, ServerScript>,
  options: string,
  keepSurvivingHalf: boolean,
  forMs = 9000,
): Promise<(string | undefined)[]> {
  const nameservers = Object.keys(servers)
    .map((address) => `nameserver ${address}\n`)
    .join('');
  const client = createRawClient({
    script: { servers },
    resolvConf: `${nameservers}options timeout:1 attempts:1 ${options}\n`,
    settings: { keepSurvivingHalf },
  });
  const replies = ['A', 'AAAA'].map((type, id) => client.ask({ name: 'foo', type, id }));
  await client.pass(forMs);
  return replies.map(([reply]) => reply && summary(reply));
}

describe.each([
  ['A', 'AAAA', ['NOERROR | A 10.0.0.1', 'NOERROR']],
  ['AAAA', 'A', ['NOERROR', 'NOERROR | AAAA 2001:db8::1']],
] as const)('%s is answered, %s is not', (one, other, kept) => {
  test.each(Object.entries(ways))('%s', async (way, { answered, failed, options = '' }) => {
    const servers = { '192.0.2.1': { names: { [`foo ${one}`]: answered, [`foo ${other}`]: failed } } };
    const failure = ['SERVFAIL', 'SERVFAIL'];
    const isLost = neverInHand.has(`${one} ${way}`);
    expect(await lookUp(servers, options, true)).toEqual(isLost ? failure : kept);
    expect(await lookUp(servers, options, false)).toEqual(needsNoSetting.has(`${one} ${way}`) ? kept : failure);
  });
});

test('at the search limit of 45 s an A half in hand is used alone', async () => {
  const server: ServerScript = { names: { 'foo A': data, 'foo AAAA': 'LOST' } };
  const silent: ServerScript = { otherwise: 'LOST' };
  const replies = await lookUp({ '192.0.2.1': silent, '192.0.2.2': server }, 'timeout:30', false, 46_000);
  expect(replies).toEqual(['NOERROR | A 10.0.0.1', 'NOERROR']);
});
