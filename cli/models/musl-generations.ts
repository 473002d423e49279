/** What changed in musl's resolver over time (src/network of the releases named). */
export interface MuslGeneration {
  readonly name: MuslGenerationName;
  readonly versions: string;
  readonly alpine: string;
  /** What a reply is read into; the rest of a longer datagram is lost. */
  readonly bufferBytes: number;
  /** A truncated or too long datagram is thrown away and asked for again over TCP. */
  readonly usesTcp: boolean;
  /** A failed or absent half fails the pair, and NXDOMAIN for one half hides the other. */
  readonly needsBothHalves: boolean;
  /** EAI_NODATA instead of EAI_NONAME. */
  readonly knowsNoData: boolean;
  /** Only records of the asked type are taken from a reply. */
  readonly checksType: boolean;
  /** A reply with more questions and answers together is not read. */
  readonly maxRecords: number;
  /** A name pointer beyond this offset ends the reading. */
  readonly maxPointer: number;
  /** The 49th address ends the reading; later generations skip it. */
  readonly stopsAtLastAddress: boolean;
  /** Search entries that begin with a dot or are one are skipped, not asked. */
  readonly skipsEmptyLabels: boolean;
}

export type MuslGenerationName = 'G1' | 'G2' | 'G3' | 'G4';

const beforeTcp = {
  bufferBytes: 512,
  usesTcp: false,
  knowsNoData: false,
  checksType: false,
  maxRecords: 64,
  maxPointer: 510,
  stopsAtLastAddress: true,
  skipsEmptyLabels: false,
};

const withTcp = {
  usesTcp: true,
  needsBothHalves: true,
  knowsNoData: true,
  checksType: true,
  stopsAtLastAddress: false,
  skipsEmptyLabels: true,
};

export const muslGenerations: Readonly<Record<MuslGenerationName, MuslGeneration>> = {
  // 1.1.13 to 1.1.16 differ in ways that crash; the model is the later part of the generation.
  G1: {
    ...beforeTcp,
    name: 'G1',
    versions: '1.1.17 to 1.2.0',
    alpine: '3.7 to 3.12',
    needsBothHalves: false,
  },
  G2: {
    ...beforeTcp,
    name: 'G2',
    versions: '1.2.1 to 1.2.3',
    alpine: '3.13 to 3.17',
    needsBothHalves: true,
  },
  G3: {
    ...withTcp,
    name: 'G3',
    versions: '1.2.4',
    alpine: '3.18',
    bufferBytes: 768,
    maxRecords: 64,
    maxPointer: 510,
  },
  G4: {
    ...withTcp,
    name: 'G4',
    versions: '1.2.5 to 1.2.6',
    alpine: '3.20 to 3.24',
    bufferBytes: 4800,
    maxRecords: Infinity,
    maxPointer: Infinity,
  },
};

/** The generation of a version such as `1.2.5`. */
export function generationOf(version: string): MuslGeneration | undefined {
  const [, ...digits] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  const [major = 0, minor = 0, patch = 0] = digits.map(Number);
  const number = (major * 1000 + minor) * 1000 + patch;
  if (number < 1_001_017) return undefined;
  if (number <= 1_002_000) return muslGenerations.G1;
  if (number <= 1_002_003) return muslGenerations.G2;
  return number === 1_002_004 ? muslGenerations.G3 : muslGenerations.G4;
}

/** The generation of a library named like `musl-1.2.5`; nothing for another one. */
export function generationOfLibrary(name: string): MuslGeneration | undefined {
  return name.startsWith('musl-') ? generationOf(name.slice('musl-'.length)) : undefined;
}
