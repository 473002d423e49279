/** Worlds for many cases: made when needed, used again, at most so many at a time. */
import { atMost } from '../at-most.ts';
import { createWorld, type World } from './world.ts';

export interface Pool {
  /** Runs `work` with a world of its own, in the order of the calls. */
  run<T>(work: (world: World) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param size worlds that exist at a time; each holds two Node processes when a sidecar runs in it */
export function createPool(size: number): Pool {
  const idle: World[] = [];
  const inTurn = atMost(size);
  return {
    run: (work) =>
      inTurn(async () => {
        let world: World | undefined;
        try {
          world = idle.pop() ?? (await createWorld());
          const result = await work(world);
          idle.push(world);
          return result;
        } catch (error) {
          await world?.close();
          throw error;
        }
      }),
    async close() {
      await Promise.all(idle.splice(0).map((world) => world.close()));
    },
  };
}
