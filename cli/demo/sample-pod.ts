/** The pod that is injected when the user gives none; `ndots:2` is what many clusters set to save queries. */
export const SAMPLE_NAMESPACE = 'shop';

export const SAMPLE_POD = `apiVersion: v1
kind: Pod
metadata:
  name: storefront
  namespace: ${SAMPLE_NAMESPACE}
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
