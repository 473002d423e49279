/** The product in a namespace with another name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { ownNamespaceFaults, ownNamespaceOverlay } from '../../support/machine/own-namespace.ts';
import { stringAt, type JsonObject } from '../../../webhook/kubernetes/json.ts';
import { manifestsFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import { writeFiles } from './overlay.ts';
import { inNamespace, podOf, waitReady } from './pods.ts';
import { ensureProduct, installProduct, optedIn, removeProduct } from './product.ts';
import { type Proof, hold } from './proof.ts';

const otherNamespace = 'proof-dns-system';

const rendered: Proof = {
  number: '1.4',
  name: "kubectl kustomize gives install.yaml; with the component, and with kustomize's own `namespace:`, every object is where it belongs",
  async prove({ kubectl }) {
    const objectsOf = async (folder: string): Promise<JsonObject[]> => {
      const { stdout } = await kubectl.run(['kustomize', folder]);
      return parseAllDocuments(stdout).map((document) => document.toJS() as JsonObject);
    };
    const shipped = parseAllDocuments(readFileSync(join(manifestsFolder, 'install.yaml'), 'utf8'));
    const byKubectl = await objectsOf(manifestsFolder);
    const isSame = isDeepStrictEqual(
      ordered(byKubectl),
      ordered(shipped.map((document) => document.toJS() as JsonObject)),
    );
    hold(isSame, () => 'kubectl kustomize manifests/ gives other objects than manifests/install.yaml');
    for (const how of ['component', 'field'] as const) {
      const folder = await writeFiles(`own-namespace-${how}`, (base) =>
        how === 'component'
          ? ownNamespaceOverlay(base, otherNamespace)
          : { 'kustomization.yaml': { resources: [base], namespace: otherNamespace } },
      );
      const faults = ownNamespaceFaults(await objectsOf(folder), otherNamespace, how);
      hold(faults.length === 0, () => `${how}: ${faults.join('\n')}`);
    }
  },
};

const installed: Proof = {
  number: '8.5',
  name: 'installed in another namespace by the component: pods are injected, and kube-dns can be read',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images, names } = context;
    await ensureProduct(context);
    await removeProduct(context);
    const manifests = await writeFiles('own-namespace-component', (base) => ownNamespaceOverlay(base, otherNamespace));
    const inOther = `--namespace=${otherNamespace}`;
    try {
      await kubectl.run(['apply', '--kustomize', manifests]);
      await kubectl.run(['rollout', 'status', 'deployment/alpine-resolver', inOther, '--timeout=90s']);
      const account = `--as=system:serviceaccount:${otherNamespace}:alpine-resolver`;
      const may = await kubectl.try(['auth', 'can-i', 'get', 'services/kube-dns', '--namespace=kube-system', account]);
      hold(may.stdout.trim() === 'yes', () => `it may not read the Service kube-dns: ${may.stdout}${may.stderr}`);
      await inNamespace(kubectl, 'proof-other-own', optedIn, async (namespace) => {
        // Until the API server has the configuration and the way to the Service, pods start as they are.
        await until('a pod that is injected', 30_000, async () => {
          const name = `pod-${performance.now().toFixed(0)}`;
          await kubectl.apply(podOf({ namespace, name, image: images.alpine, spec: names.dns(namespace) }));
          await waitReady(kubectl, namespace, name);
          const path = '--output=jsonpath={.spec.initContainers[*].image}';
          const { stdout } = await kubectl.run(['get', `--namespace=${namespace}`, `pod/${name}`, path]);
          return stdout === images.sidecar ? true : undefined;
        });
      });
    } finally {
      await removeProduct({ ...context, manifests });
      await installProduct(context);
    }
  },
};

export const ownNamespaceProofs: readonly Proof[] = [rendered, installed];

function ordered(objects: readonly JsonObject[]): JsonObject[] {
  const keyOf = (object: JsonObject): string =>
    [['kind'], ['metadata', 'namespace'], ['metadata', 'name']].map((path) => stringAt(object, ...path)).join('/');
  return objects.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}
