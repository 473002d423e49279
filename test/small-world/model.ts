/** Cells in simulated time: the models of the C libraries, directly or through the pipeline. */
import { observeModel, type Observation } from '../support/observation/observation.ts';
import { questionText, type AskedQuery } from '../support/observation/questions.ts';
import { lookUpAs, type ModelClient } from '../support/simulation/model-lookup.ts';
import { simulateSidecar } from '../support/simulation/simulated-sidecar.ts';
import { sidecarAddress } from '../support/worlds/addresses.ts';
import { readQuestion } from '../../cli/simulation/message.ts';
import { rewrittenFile } from '../support/worlds/rewritten-file.ts';
import type { Script } from '../../cli/simulation/script.ts';
import { createSimulatedNetwork, type SimulatedNetwork } from '../../cli/simulation/simulated-network.ts';
import { askedName, cells, grids, scriptOf, type Cell, type Setting } from './cells.ts';

export interface ModelRun {
  readonly name: string;
  readonly observation: Observation;
  /** Datagrams sent, and questions over TCP. */
  readonly queries: number;
  /** "server/transport name TYPE", every question once, in order. */
  readonly asked: readonly string[];
}

const modelClient = 'model';

const scripts = new Map<Setting, Script>(
  [...new Set(grids.map((grid) => grid.setting))].map((setting) => [
    setting,
    scriptOf(
      setting,
      cells.filter((cell) => cell.grid.setting === setting),
    ),
  ]),
);

export function runDirectModel(cell: Cell): Promise<ModelRun> {
  const { resolvConf } = cell.grid.setting;
  return run(cell, 'glibc', createSimulatedNetwork(scriptFor(cell)), resolvConf);
}

/** @param siblingGapMs how long after A the client's AAAA reaches the sidecar */
export function runThroughPipeline(cell: Cell, client: ModelClient, siblingGapMs = 0): Promise<ModelRun> {
  const { resolvConf } = cell.grid.setting;
  const { network } = simulateSidecar({ script: scriptFor(cell), resolvConf });
  const seen = siblingGapMs > 0 ? withGap(network, siblingGapMs) : network;
  return run(cell, client, seen, rewrittenFile(resolvConf, 'marker', sidecarAddress));
}

function withGap(network: SimulatedNetwork, gapMs: number): SimulatedNetwork {
  return {
    ...network,
    asked: network.asked,
    openUdp(connectedTo) {
      const socket = network.openUdp(connectedTo);
      const { send } = socket;
      socket.send = (message, to) => {
        const isSibling = readQuestion(Buffer.from(message))?.type === 'AAAA';
        if (isSibling) network.setTimer(gapMs, () => send(message, to));
        else send(message, to);
      };
      return socket;
    },
  };
}

async function run(cell: Cell, client: ModelClient, network: SimulatedNetwork, file: string): Promise<ModelRun> {
  const name = askedName(cell, modelClient);
  const result = await network.run(lookUpAs(client, cell.grid.family, name, { network, resolvConf: file }));
  return { name, observation: observeModel(result), queries: result.queries, asked: distinctQuestions(network.asked) };
}

function scriptFor(cell: Cell): Script {
  const script = scripts.get(cell.grid.setting);
  if (script === undefined) throw new Error(`no script of ${cell.grid.id}`);
  return script;
}

/** The labels of the client and the cell are left out. */
export function distinctQuestions(queries: readonly AskedQuery[]): string[] {
  const texts = queries.map((query) => questionText({ ...query, name: query.name.split('.').slice(2).join('.') }));
  return [...new Set(texts)];
}
