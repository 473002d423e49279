/** What a namespace is to the webhook. */
import { excludedNamespaces, labels, labelValues } from '../../shared/values/names.ts';

/** What is known of a namespace when a pod is created in it. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A namespace that counts as opted in: without a cluster there is nobody to ask. */
export function optedInNamespace(name: string): Namespace {
  return { name, labels: { [labels.inject]: labelValues.optIn }, annotations: {} };
}

export function isOptedIn({ labels: set }: Namespace): boolean {
  return set[labels.inject] === labelValues.optIn;
}

export function isExcludedNamespace(name: string, ownNamespace: string): boolean {
  return name === ownNamespace || (excludedNamespaces as readonly string[]).includes(name);
}
