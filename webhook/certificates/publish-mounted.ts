/** Publishes the CA of a mounted certificate into the webhook configuration. */
import type { Log } from '../../shared/report/log.ts';
import { bundleWith } from './rotation.ts';
import type { SetTick } from './self-issued.ts';
import { caFile, readSettingFile, SettingFileError } from './setting-file.ts';
import type { CaBundle } from './stores.ts';

/** Publishes the CA of a mounted certificate, and again when its file or the configuration changes. */
export interface MountedPublisher {
  publish(): void;
  readonly isPublished: boolean;
  stop(): void;
}

export interface MountedOptions {
  readonly caFile: string;
  readonly bundle: CaBundle;
  wallClock(): number;
  setTick: SetTick;
  readonly note: Log['info'];
  report(error: unknown): void;
}

const periodMs = 10_000;

export function publishMounted({
  caFile: path,
  bundle,
  wallClock,
  setTick,
  note,
  report,
}: MountedOptions): MountedPublisher {
  const file = caFile(path);
  let isPublished = false;
  const publishOnce = async (): Promise<void> => {
    try {
      const mounted = await readSettingFile(file);
      const published = await bundle.read();
      if (!published) {
        isPublished = false;
        return;
      }
      const wanted = bundleWith(published.bundle, mounted, wallClock());
      if (wanted === '') throw new SettingFileError(file, 'holds no certificate that is valid');
      if (wanted !== published.bundle) {
        // What was written is read in the next turn: only what the API server holds counts.
        if (await bundle.write(wanted, published)) note('ca-published', { file: path });
        return;
      }
      isPublished = true;
    } catch (error) {
      report(error);
    }
  };
  let queue = Promise.resolve();
  const publish = (): void => {
    queue = queue.then(publishOnce);
  };
  publish();
  const cancelTick = setTick(periodMs, () => {
    publish();
    return queue;
  });
  return {
    publish,
    get isPublished() {
      return isPublished;
    },
    stop: cancelTick,
  };
}
