/** What a request changes, as a value: it is applied to the services of now, which discovery may have changed meanwhile. */
import type { ManualEntry, Override } from '../services/override.ts';
import {
  forgetOverride,
  patch,
  putManual,
  removeManual,
  setTtl,
  type Changed,
  type Services,
} from '../services/services.ts';

export type Edit =
  | { readonly do: 'put'; readonly id: string; readonly entry: ManualEntry; readonly nowMs: number }
  | {
      readonly do: 'patch';
      readonly id: string;
      readonly override: Override;
      readonly takenBack: readonly (keyof Override)[];
    }
  | { readonly do: 'remove'; readonly id: string }
  /** What was said by hand of a discovered service. */
  | { readonly do: 'forget'; readonly id: string }
  | { readonly do: 'ttl'; readonly ttlSeconds: number };

export function applyEdit(services: Services, edit: Edit): Changed {
  switch (edit.do) {
    case 'put':
      return putManual(services, edit.id, edit.entry, edit.nowMs);
    case 'patch':
      return patch(services, edit.id, edit.override, edit.takenBack);
    case 'remove':
      return removeManual(services, edit.id);
    case 'forget':
      return forgetOverride(services, edit.id);
    case 'ttl':
      return setTtl(services, edit.ttlSeconds);
  }
}
