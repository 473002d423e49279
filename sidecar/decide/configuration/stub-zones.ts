/** The stub zones in force: those of the setting, and those of the file, which is followed while the sidecar runs. */
import { parseStubZones, type StubZoneRule } from '../../../shared/resolv-conf/stub-zones.ts';

/** What is in force of the file. */
export interface StubZonesFile {
  readonly text: string;
  readonly rules: readonly StubZoneRule[];
  /** Of the text; with any of them the rules before stay, if there were some. */
  readonly faults: readonly string[];
}

/** A file that cannot be read leaves what it said. */
export function readStubZonesFile(text: string | undefined, previous: StubZonesFile | undefined): StubZonesFile {
  if (text === undefined || text === previous?.text) return previous ?? noFile;
  const { rules, faults } = parseStubZones(text);
  const isUnusable = faults.length > 0 && previous !== undefined && previous.rules.length > 0;
  return { text, rules: isUnusable ? previous.rules : rules, faults };
}

/** A zone of the setting is not the file's, too. */
export function mergeStubZones(
  ofSetting: readonly StubZoneRule[],
  ofFile: readonly StubZoneRule[],
): { readonly rules: readonly StubZoneRule[]; readonly faults: readonly string[] } {
  const taken = new Set(ofSetting.flatMap(({ zones }) => zones.map((zone) => zone.toLowerCase())));
  const isTaken = (zone: string): boolean => taken.has(zone.toLowerCase());
  const twice = ofFile.flatMap(({ zones }) => zones.filter(isTaken));
  const rest = ofFile.map((rule) => ({ ...rule, zones: rule.zones.filter((zone) => !isTaken(zone)) }));
  return {
    rules: [...ofSetting, ...rest.filter(({ zones }) => zones.length > 0)],
    faults: twice.map((zone) => `${zone} stands in RESOLVER_STUB_ZONES or its annotation, too, which counts`),
  };
}

const noFile: StubZonesFile = { text: '', rules: [], faults: [] };
