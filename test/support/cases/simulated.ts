/** A case in simulated time: models of the C libraries, directly against the script and through the whole pipeline. */
import { readGlibcConfiguration, type GlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import type { LookupResult } from '../../../cli/models/lookup.ts';
import { textOf } from '../observation/expectation.ts';
import { observeModel, type Run } from '../observation/observation.ts';
import { lookUpAs, type ModelClient } from '../simulation/model-lookup.ts';
import { dnsPort, sidecarAddress, worldHostName } from '../worlds/addresses.ts';
import { simulateSidecar } from '../simulation/simulated-sidecar.ts';
import type { LibcName } from '../worlds/libcs.ts';
import { rewrittenFile, type Mode } from '../worlds/rewritten-file.ts';
import { createSimulatedNetwork, type SimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import { hasSequences, withoutStalls, type Call, type DifferentialCase } from './case.ts';
import { judge } from './judge.ts';
import { questionDifference } from './questions.ts';
import { asksAlike, type Context, type RowName } from './asked.ts';
import { hitsIn, rememberingSettings, withLifetimes, type Mechanism } from './remembered.ts';
import { isSlowlyBack, silentServers } from './silent-servers.ts';
import type { LookupSettings } from '../../../sidecar/decide/configuration/snapshot.ts';

const clients: Readonly<Partial<Record<LibcName, ModelClient>>> = {
  'musl-1.2.3': 'G2',
  'musl-1.2.4': 'G3',
  'musl-1.2.6': 'G4',
};

export const simulatedLibcs: readonly LibcName[] = ['glibc', 'musl-1.2.3', 'musl-1.2.4', 'musl-1.2.6'];

/** The models are of `getaddrinfo` with AI_CANONNAME. */
type SimulatedCall = Extract<Call, { api: 'getaddrinfo' }>;

export function isSimulated(call: Call): call is SimulatedCall {
  return call.api === 'getaddrinfo' && call.canon && call.v4mapped !== true;
}

export function configurationOf({ resolvConf, hostName }: DifferentialCase): GlibcConfiguration {
  return readGlibcConfiguration(resolvConf, hostName ?? worldHostName, dnsPort);
}

/** Direct glibc, as the model has it. */
export async function simulateDirect(random: DifferentialCase, call: Call): Promise<Run> {
  if (!isSimulated(call)) throw new Error(`no model of ${call.api}`);
  const network = createSimulatedNetwork(withoutStalls(random.script));
  const lookup = { network, resolvConf: random.resolvConf, hostName: random.hostName };
  return runOf(await network.run(lookUpAs('glibc', call.family, call.name, lookup)), network);
}

export interface SimulatedResult {
  readonly rows: readonly RowName[];
  readonly differences: readonly string[];
}

/** Compares every model through the pipeline with direct glibc. */
export async function compareSimulated(
  random: DifferentialCase,
  mode: Mode,
  serverMemory = true,
  keepSearches = false,
): Promise<SimulatedResult> {
  const direct = await simulateDirect(random, random.call);
  const rows: RowName[] = [];
  const differences: string[] = [];
  const configuration = configurationOf(random);
  for (const libc of simulatedLibcs) {
    if (libc !== 'glibc' && isRepeatedDifferently(random, direct)) continue;
    const { silent, ...through } = await simulateThrough(random, libc, mode, serverMemory, keepSearches);
    const found = through.observation;
    const context: Context = {
      case: random,
      configuration,
      libc,
      mode,
      keepSearches,
      reference: direct,
      found,
      silent,
    };
    const judgement = await judge(context, (call) => simulateDirect(random, call));
    rows.push(...judgement.rows);
    differences.push(...judgement.differences.map((difference) => `${libc}: ${textOf(difference)}`));
    if (libc !== 'glibc' || !asksAlike(context) || isSlowlyBack(context)) continue;
    const asked = questionDifference(random.call, configuration, direct, through.queries);
    if (asked !== undefined) differences.push(`${libc}: ${asked}`);
  }
  return { rows, differences };
}

/**
 * musl repeats a failed question every two seconds; where replies change from one to the next it finds other ones. Its
 * `res_search` asks for the name as it is (V15), which may fail where the search does not.
 */
export function isRepeatedDifferently({ script, call }: DifferentialCase, direct: Run): boolean {
  return hasSequences(script) && (direct.observation.outcome === 'AGAIN' || call.api === 'res_search');
}

export interface RunThrough extends Run {
  /** Servers that the sidecar took for silent, by address. */
  readonly silent: ReadonlySet<string>;
}

/** A model of one library through the pipeline. */
export async function simulateThrough(
  random: DifferentialCase,
  libc: LibcName,
  mode: Mode,
  serverMemory = true,
  keepSearches = false,
): Promise<RunThrough> {
  return startThrough(random, mode, { serverMemory }, keepSearches).lookUp(libc);
}

/** One pipeline, and what models of the libraries find through it, one after the other. */
function startThrough(
  { resolvConf, script, hostName, call }: DifferentialCase,
  mode: Mode,
  settings: Partial<LookupSettings>,
  keepSearches: boolean,
) {
  if (!isSimulated(call)) throw new Error(`no model of ${call.api}`);
  const file = rewrittenFile(resolvConf, mode, sidecarAddress, keepSearches);
  const sidecar = simulateSidecar({
    resolvConf,
    podFile: file,
    script,
    settings,
    logLevel: 'warn',
    ...(mode === 'plain' ? { mode } : {}),
    ...(hostName === undefined ? {} : { hostName }),
  });
  const { network, logged } = sidecar;
  return {
    metrics: sidecar.metrics,
    async lookUp(libc: LibcName): Promise<RunThrough> {
      const lookup = { network, resolvConf: file, hostName };
      const result = await network.run(lookUpAs(clients[libc] ?? 'glibc', call.family, call.name, lookup));
      return { ...runOf(result, network), silent: silentServers(logged) };
    },
  };
}

export interface RepeatedResult {
  readonly differences: readonly string[];
  /** Replies and answers from memory. */
  readonly hits: number;
}

/** All models through one pipeline with caches, one after the other, so many times; without what is `off`. */
export async function compareRepeated(
  random: DifferentialCase,
  mode: Mode,
  off: readonly Mechanism[],
  times: number,
): Promise<RepeatedResult> {
  const direct = await simulateDirect(random, random.call);
  const lasting = { ...random, script: withLifetimes(random.script, random.seed) };
  const through = startThrough(lasting, mode, rememberingSettings(off), false);
  const differences: string[] = [];
  for (let time = 1; time <= times; time++) {
    for (const libc of simulatedLibcs) {
      const { silent, observation: found } = await through.lookUp(libc);
      const context: Context = {
        case: random,
        configuration: configurationOf(random),
        libc,
        mode,
        keepSearches: false,
        reference: direct,
        found,
        silent,
      };
      const judgement = await judge(context, (call) => simulateDirect(random, call));
      differences.push(...judgement.differences.map((one) => `${libc} the ${time}. time: ${textOf(one)}`));
    }
  }
  return { differences, hits: hitsIn(through.metrics()) };
}

function runOf(result: LookupResult, { asked }: SimulatedNetwork): Run {
  return { observation: observeModel(result), queries: [...asked] };
}
