/**
 * Names whose answers are scripted, for what no Service can show: lookup failures, long chains, many addresses.
 * "Outside" stands for the internet and a company network: the node's own resolver, to which the cluster DNS forwards.
 * "Inside" are names under the cluster domain: server blocks beside the kubernetes plugin.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder } from '../../support/machine/paths.ts';
import { nodeSearchDomain, outsideDnsAddress } from './addresses.ts';

const namesFolder = join(runFolder, 'names');
export const outsideCorefile = join(namesFolder, 'Corefile');

/** Namespace whose search list the inside names are written for. */
export const proofNamespace = 'proof';

export async function writeNames(): Promise<void> {
  await mkdir(namesFolder, { recursive: true });
  await writeFile(outsideCorefile, corefileOf(outsideZones, namesFolder, outsideDnsAddress));
  for (const [zone, records] of Object.entries(outsideZones)) {
    await writeFile(join(namesFolder, zone), zoneFile(zone, records));
  }
}

export function zoneFile(zone: string, records: string): string {
  return `$ORIGIN ${zone}.\n$TTL 5\n@ SOA ns hostmaster 1 60 60 60 5\n@ NS ns\nns A ${outsideDnsAddress}\n${records}`;
}

/** Changes to the zones and to the Corefile are taken up within 2 s. */
export function corefileOf(
  zones: Readonly<Record<string, string>>,
  folder: string,
  bindAddress: string | undefined,
): string {
  const bind = bindAddress === undefined ? '' : `  bind ${bindAddress}\n`;
  const blocks = Object.keys(zones).map(
    (zone) => `${zone}:53 {\n${bind}  file ${folder}/${zone} {\n    reload 2s\n  }\n  errors\n  log\n}\n`,
  );
  return [
    ...blocks,
    // The server of one name knows no AAAA and says that the name does not exist, that of the other fails.
    oneFamily('lopsided.example.test', 'NXDOMAIN', bind),
    oneFamily('lame.example.test', 'SERVFAIL', bind),
    `servfail.example.test:53 {\n${bind}  template ANY ANY {\n    rcode SERVFAIL\n  }\n  log\n}\n`,
    `.:53 {\n${bind}  template ANY ANY {\n    rcode NXDOMAIN\n    authority "{{ .Zone }} 5 IN SOA ns.example.test. hostmaster.example.test. 1 60 60 60 5"\n  }\n  log\n  reload 2s\n}\n`,
  ].join('');
}

function oneFamily(zone: string, otherwise: string, bind: string): string {
  const address = 'template IN A {\n    answer "{{ .Name }} 5 IN A 203.0.113.8"\n  }';
  return `${zone}:53 {\n${bind}  ${address}\n  template ANY ANY {\n    rcode ${otherwise}\n  }\n  log\n}\n`;
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

export const outsideZones: Readonly<Record<string, string>> = {
  'example.test': `@ A 203.0.113.1
www A 203.0.113.10
www AAAA 2001:db8::10
four A 203.0.113.11
six AAAA 2001:db8::6
nodata TXT "only text"
both A 203.0.113.20
under_score A 203.0.113.14
alias CNAME www
dangling CNAME nowhere
${range(40)
  .map((index) => `forty A 203.0.113.${100 + index}\n`)
  .join('')}${range(9)
    .map((index) => `chain${index === 0 ? '' : index} CNAME chain${index + 1}\n`)
    .join('')}chain9 A 203.0.113.12
_sip._tcp SRV 10 60 5060 www
_sip._tcp SRV 20 60 5060 four
text TXT "v=spf1 -all"
text TXT "${'long '.repeat(45)}" "second string"
deep.under.zone A 203.0.113.13
`,
  [nodeSearchDomain]: `intranet A 203.0.113.50
one.two.three.four.five.six A 203.0.113.52
wiki.tools A 203.0.113.51
database A 203.0.113.55
both.example.test A 203.0.113.54
note TXT "found under the search domain"
`,
  '113.0.203.in-addr.arpa': `10 PTR www.example.test.
50 PTR intranet.${nodeSearchDomain}.
`,
};

const nodata = `template ANY ANY {
    rcode NOERROR
    authority "{{ .Zone }} 5 IN SOA ns.example.test. hostmaster.example.test. 1 60 60 60 5"
  }`;

/**
 * In the pod's own namespace, the first candidate of the search list, `flaky` fails and `database` exists without an address.
 * Both exist further down the list.
 */
export const insideCorefileOf = (domain: string): string => `flaky.${proofNamespace}.svc.${domain}:53 {
  template ANY ANY {
    rcode SERVFAIL
  }
}
flaky.svc.${domain}:53 {
  template IN A {
    answer "{{ .Name }} 5 IN A 203.0.113.7"
  }
  ${nodata}
}
database.${proofNamespace}.svc.${domain}:53 {
  ${nodata}
}
`;
