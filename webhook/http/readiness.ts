/**
 * Decides whether the API server calls this replica. Being ready latches: what is needed to become ready may fail later (the API
 * server out of reach) without taking a replica out that serves well. Only the loss of the listener, an expired
 * certificate and the end of the program unmake it.
 */
export function createReadiness(parts: ReadinessParts): () => string | undefined {
  let wasReady = false;
  return () => {
    if (parts.isDraining()) return 'stopping';
    if (!parts.isListening()) return 'not listening';
    if (!parts.hasValidCertificate()) return 'no valid certificate';
    if (wasReady) return undefined;
    const missing = parts.missingAtStart?.();
    if (missing !== undefined) return missing;
    wasReady = true;
    parts.becameReady?.();
    return undefined;
  };
}

export interface ReadinessParts {
  isDraining(): boolean;
  isListening(): boolean;
  hasValidCertificate(): boolean;
  /** Called once. */
  becameReady?(): void;
  /** What must have happened once; undefined: nothing is missing. */
  missingAtStart?(): string | undefined;
}
