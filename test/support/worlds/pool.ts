/** Worlds for many cases: made when needed, used again, at most so many at a time. */
import { createWorld, type World } from './world.ts';

export interface Pool {
  /** Runs `work` with a world of its own, in the order of the calls. */
  run<T>(work: (world: World) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param size worlds that exist at a time; each holds two Node processes when a sidecar runs in it */
export function createPool(size: number): Pool {
  const idle: World[] = [];
  const queue: (() => void)[] = [];
  let inUse = 0;
  return {
    async run(work) {
      if (inUse >= size) await new Promise<void>((go) => queue.push(go));
      else inUse++;
      let world: World | undefined;
      try {
        world = idle.pop() ?? (await createWorld());
        const result = await work(world);
        idle.push(world);
        return result;
      } catch (error) {
        await world?.close();
        throw error;
      } finally {
        const next = queue.shift();
        if (next) next();
        else inUse--;
      }
    },
    async close() {
      await Promise.all(idle.splice(0).map((world) => world.close()));
    },
  };
}
