/** Stub zones as a setting has them. */
import { formatStubZones, parseStubZones, stubZonesAccepted, type StubZoneRule } from '../resolv-conf/stub-zones.ts';
import type { ValueKind } from '../values/value-kinds.ts';

export function stubZoneRules(): ValueKind<readonly StubZoneRule[]> {
  return {
    name: 'stub zones',
    parse: (text) => {
      const { rules, faults } = parseStubZones(text);
      if (faults.length > 0) return { ok: false, accepted: stubZonesAccepted, fault: faults.join('; ') };
      return { ok: true, value: rules };
    },
    format: formatStubZones,
    describe: () => stubZonesAccepted,
  };
}
