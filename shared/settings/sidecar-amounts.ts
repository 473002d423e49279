/** What the sidecar asks for where nothing is set, and what it cannot do without. Texts are quantities of Kubernetes. */
export const sidecarAmounts = {
  cpu: {
    // A few millicores do at rest; more is used under load alone.
    request: '10m',
    limit: '250m',
    guaranteed: '100m',
    // With less the process does not start in time.
    minLimit: '100m',
    minRequest: '1m',
    max: '256',
  },
  memory: {
    // Measured: about 50 MB at rest.
    request: '64Mi',
    limit: '128Mi',
    guaranteed: '128Mi',
    // Measured: the worst floods take 75 MiB, and 64 do not do.
    minLimit: '80Mi',
    minRequest: '1Mi',
    max: '1Ti',
  },
} as const;
