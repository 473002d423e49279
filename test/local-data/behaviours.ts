/** All behaviours, by what they are about. */
import type { Behaviour } from './behaviour.ts';
import { hosts } from './behaviours/hosts.ts';
import { options } from './behaviours/options.ts';
import { search } from './behaviours/search.ts';
import { upstream } from './behaviours/upstream.ts';

export const behaviours: readonly { readonly section: string; readonly of: readonly Behaviour[] }[] = [
  { section: 'Options', of: options },
  { section: 'Local names', of: hosts },
  { section: 'Search', of: search },
  { section: 'Nameservers, cache', of: upstream },
];
