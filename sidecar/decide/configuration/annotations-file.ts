/**
 * The pod's annotations as the kubelet mounts them (downwardAPI volume): `key="Go-quoted value"` per line.
 *
 * Lines without our prefix are neither kept nor reported: they may hold secrets.
 */
import { unquoteGo } from './go-quoted.ts';

export interface AnnotationsFile {
  /** Full annotation names to values. */
  readonly values: Readonly<Record<string, string>>;
  readonly issues: readonly AnnotationIssue[];
}

export interface AnnotationIssue {
  readonly name: string;
  readonly message: string;
}

export function parseAnnotationsFile(text: string, prefix: string): AnnotationsFile {
  const values = new Map<string, string>();
  const issues: AnnotationIssue[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith(prefix)) continue;
    const [name = line] = line.split('=', 1);
    const value = unquoteGo(line.slice(name.length + 1));
    if (value === undefined) issues.push({ name, message: 'the value is not a quoted Go string' });
    else values.set(name, value);
  }
  return { values: Object.fromEntries(values), issues };
}
