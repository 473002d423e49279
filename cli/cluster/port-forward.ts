/** A connection to a port of a pod, through the API server and the kubelet: it ends on the loopback of the pod. */
import { Duplex, PassThrough, Writable } from 'node:stream';
import { PortForward, type KubeConfig } from '@kubernetes/client-node';
import { ClusterError } from './reader.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export async function forwardPort(kubeConfig: KubeConfig, { namespace, pod, port }: ForwardTarget): Promise<Duplex> {
  const [incoming, outgoing] = [new PassThrough(), new PassThrough()];
  const failed = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const said = chunk.toString('utf8').trim();
      if (said !== '') connection.destroy(new ClusterError('unreachable', `port ${port} of pod ${pod}: ${said}`));
      done();
    },
  });
  const connection = Duplex.from({ readable: incoming, writable: outgoing });
  // It may fail before anybody listens: then it is `errored`.
  connection.on('error', () => {});
  try {
    const socket = await new PortForward(kubeConfig).portForward(namespace, pod, [port], incoming, failed, outgoing);
    if (typeof socket === 'function') return connection;
    socket.addEventListener('close', () => void incoming.end());
    connection.on('close', () => socket.close());
    return connection;
  } catch (error) {
    throw fault(error, pod);
  }
}

/** What the library has of a refused upgrade is its message alone: `Unexpected server response: 403`. */
function fault(error: unknown, pod: string): ClusterError {
  const { message = String(error) } = error as { message?: string };
  if (/\b403\b/.test(message))
    return new ClusterError(
      'forbidden',
      `a port-forward to pod ${pod} is forbidden: get and create on pods/portforward`,
    );
  return new ClusterError('unreachable', `no port-forward to pod ${pod}: ${message}`);
}
