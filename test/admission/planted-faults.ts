/** Faults of `chain/faults.go` and how each must be found. */
export const plantedFaults: readonly { readonly name: string; readonly kind: string }[] = [
  { name: 'pull-policy-put-back', kind: 'refused-because-of-us' },
  { name: 'limits-below-requests', kind: 'refused-because-of-us' },
  { name: 'foreign-container-changed', kind: 'foreign-part' },
  { name: 'toleration-dropped', kind: 'foreign-part' },
  { name: 'qos-class-lowered', kind: 'qos-class' },
  { name: 'seccomp-missing', kind: 'pod-security' },
  { name: 'privileges-put-back', kind: 'pod-security' },
  { name: 'sysctl-not-allowed', kind: 'sysctl' },
  { name: 'never-settles', kind: 'third-call' },
  { name: 'bad-dns-replaced', kind: 'let-in-because-of-us' },
  { name: 'warning-caused', kind: 'warning' },
];
