/**
 * Mutants that no test can tell from the code, each with the reason. `npm run test:mutations` fails
 * when one of them dies or is gone, so that the list stays true.
 */
export interface Equivalent {
  /** From the root of the project. */
  readonly file: string;
  /** The line on which the mutant begins, without its indentation. */
  readonly line: string;
  /** The code that is replaced, and by what; white space is one space. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'shared/resolv-conf/options.ts',
    line: 'return Number(BigInt.asIntN(32, value >= limit ? limit - 1n : value < -limit ? -limit : value));',
    from: 'value < -limit',
    to: 'value <= -limit',
    why: 'At the limit both give the limit.',
  },
  {
    file: 'shared/resolv-conf/overrides.ts',
    line: "...(nameservers === undefined ? [] : ['nameserver']),",
    from: '[]',
    to: '["Stryker was here"]',
    why: 'A keyword that no line of resolv.conf has replaces none.',
  },
  {
    file: 'shared/resolv-conf/overrides.ts',
    line: "...(searches === undefined ? [] : ['search', 'domain']),",
    from: '[]',
    to: '["Stryker was here"]',
    why: 'A keyword that no line of resolv.conf has replaces none.',
  },
  {
    file: 'shared/resolv-conf/resolv-conf.ts',
    line: "const value = text.slice(keyword?.length ?? 0).replace(/^[ \\t]+/, '');",
    from: '/^[ \\t]+/',
    to: '/[ \\t]+/',
    why: 'Behind a keyword the first blank is at the beginning; without one only an empty value counts.',
  },
  {
    file: 'sidecar/decide/configuration/configuration.ts',
    line: "const podResolvConf = parseResolvConf(inputs.podResolvConfText ?? '');",
    from: "''",
    to: '"Stryker was here!"',
    why: 'A line without a keyword says as little as no text.',
  },
  {
    file: 'sidecar/decide/configuration/mode.ts',
    line: "const { hasSearch, search } = parseResolvConf(podResolvConfText ?? '');",
    from: "''",
    to: '"Stryker was here!"',
    why: 'A line without a keyword says as little as no text.',
  },
  {
    file: 'sidecar/decide/configuration/go-quoted.ts',
    line: "if (parts.every((part) => typeof part === 'string')) return parts.join('');",
    from: "parts.every((part) => typeof part === 'string')",
    to: 'false',
    why: 'Spares long texts without escapes the way over bytes; the text is the same.',
  },
  {
    file: 'sidecar/decide/configuration/go-quoted.ts',
    line: "if (parts.every((part) => typeof part === 'string')) return parts.join('');",
    from: "(part) => typeof part === 'string'",
    to: '() => undefined',
    why: 'Spares long texts without escapes the way over bytes; the text is the same.',
  },
  {
    file: 'sidecar/decide/configuration/go-quoted.ts',
    line: "if (parts.every((part) => typeof part === 'string')) return parts.join('');",
    from: "typeof part === 'string'",
    to: 'false',
    why: 'Spares long texts without escapes the way over bytes; the text is the same.',
  },
  {
    file: 'sidecar/decide/configuration/go-quoted.ts',
    line: "if (parts.every((part) => typeof part === 'string')) return parts.join('');",
    from: "'string'",
    to: '""',
    why: 'Spares long texts without escapes the way over bytes; the text is the same.',
  },
  {
    file: 'sidecar/decide/hosts/hosts-name.ts',
    line: 'const beginning = text.slice(0, maxNameBytes + 1);',
    from: 'text.slice(0, maxNameBytes + 1)',
    to: 'text',
    why: 'Spares the encoding of what is too long to be a name.',
  },
  {
    file: 'sidecar/decide/hosts/hosts-plan.ts',
    line: 'if (joint.length !== alone.length || joint.some((address, index) => address.join() !== alone[index]?.join()))',
    from: 'alone[index]?.join',
    to: 'alone[index].join',
    why: 'Both lists have the same length there; the type checker cannot know.',
  },
  {
    file: 'sidecar/decide/hosts/hosts.ts',
    line: "const found = (table.lines.get(keyOfName(key) ?? '') ?? []).flatMap((line) => {",
    from: "''",
    to: '"Stryker was here!"',
    why: 'No line has either text as a key.',
  },
  {
    file: 'sidecar/decide/hosts/hosts.ts',
    line: 'const addresses = [...new Set(found.map(({ address }) => address))].flatMap((text) => parseAddressBytes(text) ?? []);',
    from: '[]',
    to: '["Stryker was here"]',
    why: 'The table holds texts of addresses alone.',
  },
  {
    file: 'sidecar/decide/hosts/hosts.ts',
    line: 'for (let number = 1, start = 0; start < text.length; number += 1) {',
    from: 'start < text.length',
    to: 'start <= text.length',
    why: 'An empty line more says nothing.',
  },
  {
    file: 'sidecar/decide/hosts/hosts.ts',
    line: "const address = parseAddressBytes(fields.next().value?.[0] ?? '');",
    from: "''",
    to: '"Stryker was here!"',
    why: 'Neither is an address.',
  },
  {
    file: 'sidecar/decide/hosts/hosts.ts',
    line: 'if (costBytes > freeBytes) break;',
    from: 'costBytes > freeBytes',
    to: 'false',
    why: 'Spares the rest of a line of which nothing is kept.',
  },
  {
    file: 'sidecar/decide/hosts/hosts.ts',
    line: "for (const address of [line.address, addressFor('A', line.address)]) {",
    from: "'A'",
    to: '""',
    why: 'Whatever is neither PAIR nor AAAA is looked up as A is.',
  },
  {
    file: 'sidecar/decide/query/admit.ts',
    line: 'if (question === undefined || !isOneQuestion(view)) return error(rcodes.FORMERR);',
    from: 'question === undefined',
    to: 'false',
    why: 'A well-formed message with one question has it; the type checker cannot know.',
  },
  {
    file: 'sidecar/decide/configuration/go-quoted.ts',
    line: 'const escapeOrText = /[^\\\\]+|\\\\(?:x([\\da-fA-F]{2})|([0-7]{3})|u([\\da-fA-F]{4})|U([\\da-fA-F]{8})|([abfnrtv\\\\"])|)/g;',
    from: '/[^\\\\]+|\\\\(?:x([\\da-fA-F]{2})|([0-7]{3})|u([\\da-fA-F]{4})|U([\\da-fA-F]{8})|([abfnrtv\\\\"])|)/g',
    to: '/[^\\\\]|\\\\(?:x([\\da-fA-F]{2})|([0-7]{3})|u([\\da-fA-F]{4})|U([\\da-fA-F]{8})|([abfnrtv\\\\"])|)/g',
    why: 'Text goes by characters then, and is joined again.',
  },
  {
    file: 'sidecar/decide/search/search.ts',
    line: 'timedOut: plan.exchange.order.map(() => false),',
    from: '() => false',
    to: '() => undefined',
    why: 'What is read of it is whether it is true.',
  },
  {
    file: 'sidecar/decide/search/search.ts',
    line: "stage: { is: 'over' },",
    from: "{ is: 'over' }",
    to: '{}',
    why: 'The first candidate, or the end, takes its place before the step is over.',
  },
  {
    file: 'sidecar/decide/search/search.ts',
    line: "stage: { is: 'over' },",
    from: "'over'",
    to: '""',
    why: 'The first candidate, or the end, takes its place before the step is over.',
  },
  {
    file: 'sidecar/decide/search/search.ts',
    line: "if (stage.is !== 'opening') return;",
    from: "stage.is !== 'opening'",
    to: 'false',
    why: 'Sockets are opened in that stage alone: the condition is for the compiler.',
  },
  {
    file: 'sidecar/decide/search/search.ts',
    line: 'if (first === 0) return plan;',
    from: 'first === 0',
    to: 'false',
    why: 'The order is the same; it is a copy that is saved.',
  },
  {
    file: 'sidecar/decide/search/servers.ts',
    line: 'primaryWritten: false,',
    from: 'false',
    to: 'true',
    why: 'Each turn begins with it as false, and before the first one nothing reads it.',
  },
  {
    file: 'sidecar/decide/search/servers.ts',
    line: "stage: { is: 'waiting' },",
    from: "{ is: 'waiting' }",
    to: '{}',
    why: 'It is the stage that is none of the other three.',
  },
  {
    file: 'sidecar/decide/search/servers.ts',
    line: "stage: { is: 'waiting' },",
    from: "'waiting'",
    to: '""',
    why: 'It is the stage that is none of the other three.',
  },
  {
    file: 'sidecar/decide/search/udp.ts',
    line: "const gotSomewhere = state.stage.is === 'udp' && state.stage.gotSomewhere;",
    from: "state.stage.is === 'udp'",
    to: 'true',
    why: 'The one other stage, before the first turn, has no such field: that is as if it were false.',
  },
  {
    file: 'sidecar/decide/lookup/pairing.ts',
    line: 'const hosts = { pair: undefined, alone: undefined };',
    from: '{ pair: undefined, alone: undefined }',
    to: '{}',
    why: 'What is not there is undefined.',
  },
  {
    file: 'sidecar/decide/reply/reply-plan.ts',
    line: "return plan.form === 'empty' && plan.rcode === servFail;",
    from: "plan.form === 'empty'",
    to: 'true',
    why: 'A reply that says SERVFAIL ends the search with AGAIN, for which the plan is an empty one, never the whole reply.',
  },
  {
    file: 'shared/resolv-conf/resolv-conf.ts',
    line: 'if (keyword === undefined && draft.ignored.length >= maxIgnored) return;',
    from: 'keyword === undefined && draft.ignored.length >= maxIgnored',
    to: 'false',
    why: 'Spares the rest of a file of nonsense, of which no more is told.',
  },
  {
    file: 'shared/resolv-conf/resolv-conf.ts',
    line: 'if (keyword === undefined && draft.ignored.length >= maxIgnored) return;',
    from: 'draft.ignored.length >= maxIgnored',
    to: 'draft.ignored.length > maxIgnored',
    why: 'Spares the rest of a file of nonsense, of which no more is told.',
  },
  {
    file: 'shared/resolv-conf/resolv-conf.ts',
    line: "return text.split(/[ \\t]+/).filter((token) => token !== '');",
    from: '/[ \\t]+/',
    to: '/[ \\t]/',
    why: 'Empty tokens are left out; a mebibyte of blanks is no million of them.',
  },
];
