/** One thing that go-dnsmasq does or was asked for, as a case with real clients: what they get from the sidecar on a host. */
import type { Script } from '../../cli/simulation/script.ts';

export interface Behaviour {
  readonly what: string;
  /** `/etc/resolv.conf` of the machine; both resolvers read it. */
  readonly resolvConf?: string;
  /** `/etc/resolv.conf` of the clients. */
  readonly clients: ClientFile;
  readonly script: Script;
  /** Files in the folder that `{folder}` stands for. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of go-dnsmasq, which both resolvers are given. */
  readonly both?: Readonly<Record<string, string>>;
  /** Variables of the sidecar alone. */
  readonly ours?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** How go-dnsmasq is said to differ. */
  readonly theirs?: string;
}

/** `bare`: one nameserver. `searching`: the machine's search list, too. `marked`: the sidecar's search marker. */
export type ClientFile = keyof typeof clientFiles;

export const clientFiles = {
  bare: 'nameserver 127.0.0.1\n',
  searching: 'nameserver 127.0.0.1\nsearch s1.test s2.test\n',
  marked: 'nameserver 127.0.0.1\nsearch glibc.internal\noptions ndots:15 timeout:10 attempts:5\n',
} as const;

/** One call of the clients; or a file that changes. */
export type Step = CallStep | { readonly write: string; readonly text: string };

export interface CallStep {
  /** A probe command of the C libraries; or `NAME TYPE [CLASS]` of a packet over UDP. */
  readonly call: string;
  readonly by: 'libcs' | 'packet';
  /** The answer as text. */
  readonly says: string;
  /** The questions that the nameservers then had, of both families once; without them they are not looked at. */
  readonly asked?: readonly string[];
  /** Asked again until the answer is this: a file has changed. */
  readonly eventually?: true;
}

/** The address lookup of C libraries, with the canonical name. */
export function addresses(name: string, says: string, asked?: readonly string[]): CallStep {
  return { by: 'libcs', call: `getaddrinfo u ${name} canon`, says, ...(asked && { asked }) };
}

export function packet(question: string, says: string, asked?: readonly string[]): CallStep {
  return { by: 'packet', call: question, says, ...(asked && { asked }) };
}
