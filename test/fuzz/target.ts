/** Something that takes bytes from outside, with all that must hold of what it makes of them. */
export interface Target {
  readonly name: string;
  /** What an input is, for the report. */
  readonly unit: 'packets' | 'texts';
  readonly seeds: readonly Uint8Array[];
  /** Byte strings that mean something to it. */
  readonly tokens: readonly Uint8Array[];
  readonly maxBytes: number;
  /** Most processor time that one input may take, in milliseconds. */
  readonly limitMs: number;
  /** Throws where something does not hold. */
  run(input: Uint8Array): void;
}
