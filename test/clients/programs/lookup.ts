/** Calls of Node's two resolvers, libc's behind `dns.lookup` and c-ares: `node lookup.ts NAME CALL…`, a line of JSON each. */
import { promises as dns } from 'node:dns';

const outcomes: Readonly<Record<string, string>> = {
  // Of c-ares; of `dns.lookup` it stands for EAI_NONAME and EAI_NODATA.
  ENOTFOUND: 'NONAME',
  ENODATA: 'NODATA',
  EAI_AGAIN: 'AGAIN',
  ESERVFAIL: 'AGAIN',
  EREFUSED: 'AGAIN',
  ETIMEOUT: 'AGAIN',
  ECONNREFUSED: 'AGAIN',
};

const [name = '', ...calls] = process.argv.slice(2);
for (const call of calls) console.log(JSON.stringify({ call, ...(await seen(call)) }));

async function seen(call: string): Promise<object> {
  try {
    return { outcome: 'OK', ...(await look(call)) };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const isLookup = call.startsWith('lookup');
    return { outcome: isLookup && code === 'ENOTFOUND' ? 'NONE' : (outcomes[code] ?? 'FAILED'), code };
  }
}

async function look(call: string): Promise<object> {
  const [method, family] = call.split(' ');
  if (method === 'lookup') {
    const found = await dns.lookup(name, { all: true, family: Number(family ?? 0) });
    return { addresses: found.map(({ address }) => address) };
  }
  if (method === 'lookupService') return { records: [(await dns.lookupService(name, 80)).hostname] };
  // A channel of its own: c-ares remembers answers, and which servers failed.
  const resolver = new dns.Resolver();
  switch (method) {
    case 'resolve4':
      return { addresses: await resolver.resolve4(name) };
    case 'resolve6':
      return { addresses: await resolver.resolve6(name) };
    case 'resolveCname':
      return { records: await resolver.resolveCname(name) };
    case 'resolveTxt':
      return { records: (await resolver.resolveTxt(name)).map((texts) => texts.join('')) };
    case 'resolveMx':
      return { records: (await resolver.resolveMx(name)).map((mx) => `${mx.priority} ${mx.exchange}`) };
    case 'resolveSrv':
      return {
        records: (await resolver.resolveSrv(name)).map(
          (srv) => `${srv.priority} ${srv.weight} ${srv.port} ${srv.name}`,
        ),
      };
    case 'reverse':
      return { records: await resolver.reverse(name) };
    default:
      throw new Error(`no such call: ${call}`);
  }
}
