/** Where lookups are played: before real nameservers, or before those of a scenario in simulated time. */
import type { Network } from '../models/network.ts';
import { socketNetwork } from '../network/sockets.ts';
import type { Script } from '../simulation/script.ts';
import { createSimulatedNetwork } from '../simulation/simulated-network.ts';

export interface Stage {
  readonly isSimulated: boolean;
  /** For one lookup. */
  open(): OpenStage;
}

export interface OpenStage {
  readonly network: Network;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** Lets time pass until the promise is settled. */
  run<Value>(promise: Promise<Value>): Promise<Value>;
}

export const realStage: Stage = {
  isSimulated: false,
  open: () => ({
    network: socketNetwork,
    afterRead: (run) => void setImmediate(run),
    run: (promise) => promise,
  }),
};

/** Each lookup finds the nameservers as they are at the beginning. */
export function simulatedStage(script: Script): Stage {
  return {
    isSimulated: true,
    open() {
      const network = createSimulatedNetwork(script);
      return { network, afterRead: (run) => void network.setTimer(0, run), run: network.run };
    },
  };
}
