/** What the command line asks for. */
import { parseArgs } from 'node:util';
import type { NamedPeer } from './bench.ts';
import { figureTexts, type FigureName } from './figure-texts.ts';

export interface BenchArguments {
  readonly figures: readonly FigureName[];
  readonly quick: boolean;
  readonly rounds: number;
  readonly peers: readonly NamedPeer[];
}

export const usage = `npm run bench -- [FIGURE ...] [options]

Figures, all of them where none is named:
${figureTexts.map(({ name, title }) => `  ${name.padEnd(14)}${title}`).join('\n')}

Options:
  --quick               a short run that shows that everything works; its figures say little
  --rounds N            runs of each server, in turn (default 5, with --quick 1)
  --peer NAME=COMMAND   one more server; its command finds PORT, UPSTREAM_PORT and CACHE_ENTRIES in its environment:
                        --peer 'go-dnsmasq=go-dnsmasq -l 127.0.0.1:$PORT -n 127.0.0.1:$UPSTREAM_PORT -r $CACHE_ENTRIES'
`;

/** Throws with what was wrong and what is accepted. */
export function readArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      peer: { type: 'string', multiple: true, default: [] },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : usualRounds));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds}: a number from 1 on is needed`);
  return {
    figures: positionals.length > 0 ? positionals.map(figureNamed) : figureTexts.map(({ name }) => name),
    quick: values.quick,
    rounds,
    peers: values.peer.map(peerOf),
  };
}

/** The least of which a median says something. */
const usualRounds = 5;

function figureNamed(word: string): FigureName {
  const found = figureTexts.find(({ name }) => name === word);
  if (found !== undefined) return found.name;
  throw new Error(`no figure is named ${word}; there are ${figureTexts.map(({ name }) => name).join(', ')}`);
}

function peerOf(text: string): NamedPeer {
  const [, name, command] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || command === undefined) throw new Error(`--peer ${text}: NAME=COMMAND is needed`);
  return { name, command };
}
