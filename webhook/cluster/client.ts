/** Connects to the API server. */
import {
  AdmissionregistrationV1Api,
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  KubeConfig,
  PatchStrategy,
  RequestContext,
  ServerConfiguration,
  setHeaderOptions,
  VersionApi,
} from '@kubernetes/client-node';
import { objectAt, type Json, type JsonObject } from '../kubernetes/json.ts';

/** The generated clients for one cluster, with a time limit on every call. Watches are apart: informer.ts. */
export interface ClusterClient {
  readonly kubeConfig: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly batch: BatchV1Api;
  readonly admission: AdmissionregistrationV1Api;
  readonly version: VersionApi;
  /**
   * What the API server answers, as it stands in the JSON: the classes of the library rename members that are words of
   * the language (`default` is `_default`), and watches bring objects without them. Rejects as the generated clients do.
   */
  readJson(path: string, parameters?: Readonly<Record<string, string>>): Promise<JsonObject>;
}

/** A call that takes longer has failed, and another attempt follows later; undici itself would wait for five minutes. */
const callTimeoutMs = 10_000;

/** `in-cluster`: the ServiceAccount's token, read again as it is renewed. `kubeconfig`: as kubectl does. */
export function connectCluster(how: 'in-cluster' | 'kubeconfig'): ClusterClient {
  const kubeConfig = new KubeConfig();
  if (how === 'in-cluster') kubeConfig.loadFromCluster();
  else kubeConfig.loadFromDefault();
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no cluster');
  if (!URL.canParse(server)) throw new Error(invalidServer(how, server));
  const parameters: Parameters<typeof createConfiguration>[0] = {
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: kubeConfig },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(callTimeoutMs));
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  };
  const configuration = createConfiguration(parameters);
  return {
    kubeConfig,
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    batch: new BatchV1Api(configuration),
    admission: new AdmissionregistrationV1Api(configuration),
    version: new VersionApi(configuration),
    readJson: (path, parameters = {}) => readJson(kubeConfig, server + path, parameters),
  };
}

async function readJson(
  kubeConfig: KubeConfig,
  address: string,
  parameters: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const request = new RequestContext(address, HttpMethod.GET);
  for (const [name, value] of Object.entries(parameters)) request.setQueryParam(name, value);
  request.setHeaderParam('accept', 'application/json');
  request.setSignal(AbortSignal.timeout(callTimeoutMs));
  await kubeConfig.applySecurityAuthentication(request);
  const { httpStatusCode, headers, body } = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  const text = await body.text();
  if (httpStatusCode !== 200) throw new ApiException(httpStatusCode, 'the API server refused', text, headers);
  return objectAt(JSON.parse(text) as Json);
}

/** In a pod the kubelet sets host and port; elsewhere the client makes `https://undefined:undefined` of them. */
function invalidServer(how: 'in-cluster' | 'kubeconfig', server: string): string {
  return how === 'kubeconfig'
    ? `the kubeconfig's server is no URL: ${server}`
    : 'WEBHOOK_CLUSTER=in-cluster needs KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, as in a pod; ' +
        'elsewhere: WEBHOOK_CLUSTER=kubeconfig, or none';
}

/** Lists are merged by the key of their entries: one webhook, one container, named. */
export const strategicMerge = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);
export const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** The status with which the API server refused a call; undefined for any other fault. */
export function refusedStatus(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** The response, or undefined for the statuses that are an answer too: 404 not found, 409 conflict or exists already. */
export async function unlessRefused<Value>(call: Promise<Value>, ...statuses: number[]): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    const status = refusedStatus(error);
    if (status !== undefined && statuses.includes(status)) return undefined;
    throw error;
  }
}
