/** The pod that is injected when the user gives none; `ndots:2` is what many clusters set to save queries. */
export const sampleNamespace = 'shop';

export const samplePod = `apiVersion: v1
kind: Pod
metadata:
  name: storefront
  namespace: ${sampleNamespace}
  labels:
    app: storefront
spec:
  containers:
    - name: web
      image: registry.example/storefront:4.2-alpine
      ports:
        - containerPort: 8080
  dnsConfig:
    options:
      - name: ndots
        value: "2"
`;
