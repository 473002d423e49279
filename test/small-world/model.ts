/** Cells in simulated time: the models of the C libraries, directly or through the pipeline. */
import { readGlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../cli/models/glibc.ts';
import type { LookupResult } from '../../cli/models/lookup.ts';
import { readMuslConfiguration } from '../../cli/models/musl-configuration.ts';
import { muslGenerations, type MuslGenerationName } from '../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../cli/models/musl.ts';
import { simulateSidecar } from '../support/simulation/simulated-sidecar.ts';
import { readQuestion } from '../../cli/simulation/message.ts';
import { rewrittenFile } from '../support/worlds/rewritten-file.ts';
import type { Script } from '../../cli/simulation/script.ts';
import { createSimulatedNetwork, type SimulatedNetwork } from '../../cli/simulation/simulated-network.ts';
import { askedName, cells, grids, scriptOf, type Cell, type Setting } from './cells.ts';

export interface ModelRun {
  readonly name: string;
  readonly result: LookupResult;
  /** "server/transport name type", every question once, in order. */
  readonly asked: readonly string[];
}

export type ModelClient = 'glibc' | MuslGenerationName;

const modelClient = 'model';
const worldHostName = 'pod';
const port = 53;

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
  const { network } = simulateSidecar({ script: scriptFor(cell), resolvConf, hostName: worldHostName });
  const seen = siblingGapMs > 0 ? withGap(network, siblingGapMs) : network;
  return run(cell, client, seen, rewrittenFile(resolvConf, 'marker', '127.0.0.1'));
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
  const family = cell.grid.family === 'u' ? 'both' : cell.grid.family;
  const lookup =
    client === 'glibc'
      ? lookUpAsGlibc(name, family, { network, configuration: readGlibcConfiguration(file, worldHostName, port) })
      : lookUpAsMusl(name, family, {
          network,
          configuration: readMuslConfiguration(file, port),
          generation: muslGenerations[client],
        });
  const result = await network.run(lookup);
  return { name, result, asked: distinctQuestions(network.asked) };
}

function scriptFor(cell: Cell): Script {
  const script = scripts.get(cell.grid.setting);
  if (script === undefined) throw new Error(`no script of ${cell.grid.id}`);
  return script;
}

interface AskedOf {
  readonly server: string;
  readonly transport: string;
  readonly name: string;
  readonly type: string;
}

/** The labels of the client and the cell are left out. */
export function distinctQuestions(queries: readonly AskedOf[]): string[] {
  const texts = queries.map(({ server, transport, name, type }) => {
    const [, , ...domain] = name.split('.');
    return `${server}/${transport} ${[...domain, type].join('.')}`;
  });
  return [...new Set(texts)];
}
