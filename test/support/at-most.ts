/** Work of which only so much is done at a time. */

/** Runs each piece in the order of the calls, as soon as fewer than `count` are under way. */
export function atMost(count: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= count) await new Promise<void>((go) => queue.push(go));
    else running++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };
}
