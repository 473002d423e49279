/** What `inject` and `uninject` have found and done, before it is put into words. */
import type { ChangedManifest, EncodedManifest, Verdict } from './manifests.ts';
import type { FileOptions } from './options.ts';

export interface Result {
  readonly manifest: EncodedManifest;
  readonly verdicts: readonly Verdict[];
  readonly change: ChangedManifest;
}

export interface Ending {
  readonly command: 'inject' | 'uninject';
  readonly options: Pick<FileOptions, 'isDiff' | 'output'>;
  /** What a changed workload is called in the sum. */
  readonly done: string;
  /** Sentences at the end. */
  readonly remarks: readonly string[];
}
