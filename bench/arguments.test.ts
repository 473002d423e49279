/** What the command line accepts, and what it says of the rest. */
import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { figureTexts } from './figure-texts.ts';

test('without words everything is measured, five times', () => {
  expect(readArguments([])).toEqual({
    figures: figureTexts.map(({ name }) => name),
    quick: false,
    rounds: 5,
    peers: [],
  });
});

test('figures, rounds and peers are named', () => {
  expect(readArguments(['cached', '--rounds', '7', '--peer', 'other=serve --port=$PORT'])).toEqual({
    figures: ['cached'],
    quick: false,
    rounds: 7,
    peers: [{ name: 'other', command: 'serve --port=$PORT' }],
  });
  expect(readArguments(['--quick']).rounds).toBe(1);
});

test.each([
  [['cashed'], 'no figure is named cashed'],
  [['--rounds', '0'], '--rounds 0'],
  [['--rounds', '2.5'], '--rounds 2.5'],
  [['--peer', 'serve'], 'NAME=COMMAND'],
  [['--fast'], 'fast'],
])('%j is refused', (words, message) => expect(() => readArguments(words)).toThrow(message));
