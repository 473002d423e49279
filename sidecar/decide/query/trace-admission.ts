/** Who may have a lookup traced: whoever is in the pod, or comes through a port-forward, and no web page. */
import { isLoopbackHost } from '../../../shared/values/ip-network.ts';

export interface TraceRequest {
  readonly method: string;
  /** Of the other end of the connection. */
  readonly peer: string | undefined;
  readonly host: string | undefined;
  readonly contentType: string | undefined;
}

export interface TraceState {
  /** The setting. */
  readonly isOn: boolean;
  readonly isRunning: boolean;
}

export type TraceAdmission =
  | { readonly do: 'trace' }
  | { readonly do: 'refuse'; readonly status: 403 | 404 | 405 | 415 | 429; readonly message: string };

/** The first that applies. Strangers learn nothing but that they are strangers. */
export function admitTrace({ method, peer, host, contentType }: TraceRequest, state: TraceState): TraceAdmission {
  // An IPv4 address comes as `::ffff:127.0.0.1` to a listener of both families.
  if (peer === undefined || !isLoopbackHost(peer)) return refuse(403, 'traces are for this pod alone');
  if (!state.isOn) return refuse(404, 'traces are switched off (setting trace)');
  if (method !== 'POST') return refuse(405, 'a trace is asked for by POST');
  // A name that somebody lets point to 127.0.0.1 is what a browser would send.
  if (!isLocalName(host)) return refuse(403, 'the Host of a trace is localhost');
  // Which no web page may send to another host without asking first.
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json')
    return refuse(415, 'the Content-Type of a trace is application/json');
  return state.isRunning ? refuse(429, 'a trace is running; one at a time') : { do: 'trace' };
}

function refuse(status: 403 | 404 | 405 | 415 | 429, message: string): TraceAdmission {
  return { do: 'refuse', status, message };
}

function isLocalName(host: string | undefined): boolean {
  const name = host?.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === 'localhost' || (name !== undefined && isLoopbackHost(name.replace(/^\[(.*)\]$/, '$1')));
}
