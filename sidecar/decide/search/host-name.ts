/**
 * The host-name filter that glibc applies before any A or AAAA query since 2.29 (resolv/res-name-checking.c,
 * `res_hnok`). Search entries are not checked.
 */
import type { WireName } from '../../wire/name.ts';

/** Letters, digits, `-` and `_` in every label; the whole name does not begin with `-`. The root passes. */
export function isHostName(name: WireName): boolean {
  if (name[1] === 0x2d) return false;
  for (let at = 0, length = name[0] ?? 0; length !== 0; at += length + 1, length = name[at] ?? 0) {
    for (let index = at + 1; index <= at + length; index++) if (!isHostNameByte(name[index] ?? 0)) return false;
  }
  return true;
}

function isHostNameByte(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f;
}
