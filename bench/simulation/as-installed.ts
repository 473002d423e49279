/** Caches and candidates asked ahead as they are where nobody sets anything: simulated sidecars have them off otherwise. */
import { sidecarSettings, type SettingDefinition } from '../../shared/settings/settings.ts';
import type { LookupSettings } from '../../sidecar/decide/configuration/snapshot.ts';

const keys = [
  'maxCacheBytes',
  'replyCache',
  'answerCache',
  'maxCacheSeconds',
  'maxNegativeCacheSeconds',
  'maxCacheSecondsWithoutSoa',
  'maxSearchAhead',
] as const satisfies readonly (keyof LookupSettings)[];

export function settingsAsInstalled(): Pick<LookupSettings, (typeof keys)[number]> {
  const definitions: readonly SettingDefinition[] = sidecarSettings;
  const defaults = keys.map((key) => {
    const found = definitions.find((definition) => definition.key === key);
    if (found === undefined) throw new Error(`no setting is named ${key}`);
    return [key, found.default] as const;
  });
  return Object.fromEntries(defaults) as Pick<LookupSettings, (typeof keys)[number]>;
}
