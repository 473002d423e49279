/** Data of the records that are made here; names in them are spelled out. */
import { putUint16, putUint32 } from '../../wire/bytes.ts';
import { concatNames, encodeName, rootName, type WireName } from '../../wire/name.ts';

/** RFC 1035 §3.3.9. */
export function mxData(preference: number, exchange: WireName): Uint8Array {
  const data = new Uint8Array(2 + exchange.length);
  putUint16(data, 0, preference);
  data.set(exchange, 2);
  return data;
}

/** RFC 2782, with priority and weight 0. */
export function srvData(port: number, target: WireName): Uint8Array {
  const data = new Uint8Array(6 + target.length);
  putUint16(data, 4, port);
  data.set(target, 6);
  return data;
}

/** RFC 1035 §3.3.13; names and times are those of dnsdock, and `minimum` is how long a denial holds (RFC 2308 §4). */
export function soaData(zone: WireName, serial: number, minimum: number): Uint8Array {
  const server = below('dnsdock', zone);
  const mailbox = below('dnsdock.dnsdock', zone);
  const data = new Uint8Array(server.length + mailbox.length + 20);
  data.set(server);
  data.set(mailbox, server.length);
  const numbers = [serial >>> 0, refreshSeconds, retrySeconds, expireSeconds, minimum];
  for (const [index, value] of numbers.entries()) putUint32(data, server.length + mailbox.length + index * 4, value);
  return data;
}

const refreshSeconds = 28_800;
const retrySeconds = 7200;
const expireSeconds = 604_800;

/** The zone itself where it leaves no room. */
function below(labels: string, zone: WireName): WireName {
  return concatNames(encodeName(labels) ?? rootName, zone) ?? zone;
}
