/** Holds the services that are in force, and tells who wants to know when they change. */
import type { Changed, Services, ServicesFault } from './services.ts';

export interface ServicesStore {
  readonly current: Services;
  /** Puts another value in its place; the same value changes nothing. */
  replace(services: Services): void;
  /** Puts what the operation gives in its place, or gives its fault and changes nothing. */
  change(operate: (services: Services) => Changed): ServicesFault | undefined;
  /** Called behind each change; what it returns ends that. */
  watch(changed: (services: Services, before: Services) => void): () => void;
}

export function createServicesStore(initial: Services): ServicesStore {
  let current = initial;
  const watchers = new Set<(services: Services, before: Services) => void>();

  function replace(services: Services): void {
    const before = current;
    if (services === before) return;
    current = services;
    for (const changed of watchers) changed(services, before);
  }

  return {
    get current() {
      return current;
    },
    replace,
    change(operate) {
      const changed = operate(current);
      if (!changed.ok) return changed.fault;
      replace(changed.services);
      return undefined;
    },
    watch(changed) {
      watchers.add(changed);
      return () => void watchers.delete(changed);
    },
  };
}
