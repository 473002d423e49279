/** Which services a question is about, and by which of their names: for whoever looks at a lookup. */
import { formatAddressBytes } from '../../../shared/values/address-bytes.ts';
import { reverseAddress } from '../../decide/hosts/reverse-name.ts';
import { recordTypes } from '../../wire/iana.ts';
import { encodeName } from '../../wire/name.ts';
import type { Directory } from './directory.ts';
import { labelsOf } from './labels.ts';
import { portQuestion } from './ports.ts';

export interface Match {
  readonly Id: string;
  readonly Name: string;
  /** The form of the name, or `address`. */
  readonly From: string;
}

/** Services that the name is one of, with the name of each that matched; of a reverse name, those that have the address. */
export function matchesOf(directory: Directory, name: string, type: number): readonly Match[] {
  const encoded = encodeName(name);
  if (encoded === undefined) return [];
  const labels = labelsOf(encoded);
  const host = type === recordTypes.SRV ? portQuestion(labels)?.host : undefined;
  const { found } = directory.find(host ?? labels);
  if (found.size > 0) return [...found].map(([id, { text, form }]) => ({ Id: id, Name: text, From: form }));
  const address = reverseAddress(encoded);
  if (address === undefined) return [];
  const text = formatAddressBytes(address);
  return (directory.withAddress(address) ?? []).map(({ service }) => ({ Id: service.id, Name: text, From: 'address' }));
}
