/** How much of the memory bodies may take together. */
import { expect, test } from 'vitest';
import { heapShare } from '../../../../webhook/http/heap-share.ts';

/** Pieces of work that end when they are told to. */
function setUp(maxBytes: number) {
  const within = heapShare(maxBytes);
  const started: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  return {
    started,
    run(name: string, bytes: number): Promise<void> {
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return within(bytes, () => {
        started.push(name);
        return end.promise;
      });
    },
    end: (name: string): void => ends.get(name)?.resolve(),
    fail: (name: string): void => ends.get(name)?.reject(new Error(name)),
  };
}

test('what fits runs at once; the others wait in their order, and small work goes past', async () => {
  const { started, run, end } = setUp(100);
  const running = [run('a', 60), run('b', 60), run('c', 60), run('d', 30)];
  expect(started).toEqual(['a', 'd']);
  end('a');
  await running[0];
  await Promise.resolve();
  expect(started).toEqual(['a', 'd', 'b']);
  end('d');
  await running[3];
  expect(started).toEqual(['a', 'd', 'b']);
  end('b');
  await running[1];
  await Promise.resolve();
  expect(started).toEqual(['a', 'd', 'b', 'c']);
  end('c');
  await running[2];
});

test('work behind much larger work does not wait for it, and a part is kept for small work', async () => {
  const { started, run, end } = setUp(100);
  const [a, b, , d] = [run('a', 50), run('b', 40), run('c', 60), run('d', 15)];
  expect(started).toEqual(['a', 'b']);
  end('b');
  await b;
  await Promise.resolve();
  expect(started).toEqual(['a', 'b', 'd']);
  const [e, f] = [run('e', 25), run('f', 25)];
  const small = Array.from({ length: 10 }, (_, index) => run(`s${index}`, 1));
  expect(started).toEqual(['a', 'b', 'd', 'e', ...small.map((_, index) => `s${index}`)]);
  for (const name of ['a', 'd', 'e', ...small.map((_, index) => `s${index}`)]) end(name);
  await Promise.all([a, d, e, ...small]);
  await Promise.resolve();
  expect(started.slice(-2)).toEqual(['f', 'c']);
  end('c');
  end('f');
  await f;
});

test('work that fails gives its room back, and work beyond the whole runs alone', async () => {
  const { started, run, end, fail } = setUp(100);
  const [failing, large, small] = [run('a', 100), run('b', 500), run('c', 1)];
  fail('a');
  await expect(failing).rejects.toThrow('a');
  await Promise.resolve();
  expect(started).toEqual(['a', 'b']);
  end('b');
  await large;
  await Promise.resolve();
  expect(started).toEqual(['a', 'b', 'c']);
  end('c');
  await small;
});
