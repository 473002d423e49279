/** Reviews as the API server sends them: pods of 2 to 8 kB, of which all are injected. */

const uidDigits = 12;

/** Bodies of AdmissionReviews; the pods differ in containers, variables, volumes and annotations. */
export function reviewBodies(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid: `00000000-0000-4000-8000-${String(index).padStart(uidDigits, '0')}`,
        kind: { group: '', version: 'v1', kind: 'Pod' },
        resource: { group: '', version: 'v1', resource: 'pods' },
        namespace: 'shop',
        operation: 'CREATE',
        userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
        object: pod(leastBytes + ((mostBytes - leastBytes) * index) / Math.max(1, count - 1)),
        dryRun: false,
      },
    }),
  );
}

const leastBytes = 2000;
const mostBytes = 8000;

/** Grows by one variable, label or volume at a time until it has that size. */
function pod(bytes: number): object {
  const containers = [container('cart'), ...(bytes > leastBytes * 2 ? [container('log-shipper')] : [])];
  const labels: Record<string, string> = { app: 'cart', 'pod-template-hash': '6d4b75cb6d' };
  const volumes: object[] = [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }];
  const made = {
    metadata: {
      generateName: 'cart-6d4b75cb6d-',
      namespace: 'shop',
      labels,
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-6d4b75cb6d', uid: 'x', controller: true },
      ],
    },
    spec: {
      containers,
      volumes,
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      serviceAccountName: 'cart',
      schedulerName: 'default-scheduler',
      securityContext: { runAsNonRoot: true, runAsUser: 1000 },
      terminationGracePeriodSeconds: 30,
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    },
  };
  for (let number = 0; JSON.stringify(made).length < bytes; number += 1) {
    const { env } = containers[number % containers.length] ?? container('none');
    env.push({
      name: `SHOP_SETTING_NUMBER_${number}`,
      value: `https://service-${number}.shop.svc.cluster.local:8443/`,
    });
    if (number % 5 === 0) labels[`shop.example/label-${number}`] = `value-${number}`;
    if (number % 7 === 0) volumes.push({ name: `volume-${number}`, configMap: { name: `settings-${number}` } });
  }
  return made;
}

function container(name: string) {
  const env: { name: string; value: string }[] = [];
  const probe = { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 1 };
  return {
    name,
    image: `registry.example/shop/${name}:1.4.2-alpine3.20`,
    imagePullPolicy: 'IfNotPresent',
    env,
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
  };
}
