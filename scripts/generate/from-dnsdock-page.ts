/** Generates docs/from-dnsdock.md from the table of old arguments. */
import { spellings } from '../../shared/settings/old-argument-lines.ts';
import { oldArguments, variableOf } from '../../shared/settings/old-arguments.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/from-dnsdock.md */
export function fromDnsdockPage(): string {
  return `${generatedFrom('shared/settings/old-arguments.ts')}
# From dnsdock

The sidecar [on a Docker host](docker.md) takes the place of dnsdock: names, labels and variables of containers stay as they are, and
its arguments are taken. Run it beside dnsdock on another address, compare, and let \`--dns\` of the daemon point at it.

${inItsPlace}

## Arguments

The image \`docker-host\`, and \`dist/sidecar.cjs\` with \`dist/discovery.cjs\` beside it, take the arguments of dnsdock in every form that one
of its releases took: \`--ttl=0\`, \`--ttl 0\`, \`-ttl=0\`, \`-d :53\`, \`--no-alias\`. Each has a line \`old-argument\` in the log, which names the variable
to set in its place, or says that there is none and why. One that is not known, or whose value is not accepted, ends the start
(exit code 64) with a line that says which was probably meant.

What is said at more than one place is taken from the last of: default, [variable of go-dnsmasq](from-go-dnsmasq.md), variable of the sidecar,
argument. The arguments come last because the image has variables of its own (\`RESOLVER_DOCKER\`).

${argumentsTable()}

${otherwise}
`;
}

function argumentsTable(): string {
  const rows = oldArguments.map((argument) => [
    spellings(argument).map(code).join(', '),
    argument.settings.map((key) => code(variableOf(key))).join(', ') || 'none',
    argument.remark ?? '',
  ]);
  const same = ['`--help`, `-h`', '`--version`'].map((argument) => [argument, 'the same', '']);
  return table(['Argument', 'In its place', 'Remark'], [...rows, ...same]);
}

const inItsPlace = `## In its place

\`npm run test:docker\` follows this page: it runs these commands, and looks for each of the names.

1. Containers stay as they are, with their labels and variables. Some of them:

   \`\`\`sh
   docker run -d --name web -l com.dnsdock.alias=www.example,shop.lan -l com.dnsdock.region=eu nginx
   docker run -d --name store -e DNSDOCK_NAME=master -e DNSDOCK_IMAGE=mysql -e DNSDOCK_TTL=30 nginx
   docker run -d --name jobs -l com.dnsdock.tags=one,two -e SERVICE_NAME=queue -e SERVICE_REGION=us nginx
   docker run -d --name hidden -e SERVICE_IGNORE=yes nginx
   \`\`\`

2. Where dnsdock was started with

   \`\`\`
   docker run -d --name dnsdock -v /var/run/docker.sock:/var/run/docker.sock -p 172.17.0.1:53:53/udp aacebedo/dnsdock \\
     --nameserver=192.0.2.53:53 --domain=lan --environment=dev --ttl=5 --alias
   \`\`\`

   start the sidecar with the same arguments, and with the address that was published: in the network of the host it
   [sees its clients](docker.md#which-address).

   \`\`\`sh
   docker run -d --name dns --network host --read-only --cap-drop ALL --cap-add NET_BIND_SERVICE --user 0 \\
     -v /var/run/docker.sock:/var/run/docker.sock:ro \\
     registry.example/alpine-resolver/docker-host:0.1.0 \\
     --dns=172.17.0.1:53 --nameserver=192.0.2.53:53 --domain=lan --environment=dev --ttl=5 --alias
   \`\`\`

3. Containers that ask it (\`--dns 172.17.0.1\`) find

   | Names | Container |
   |---|---|
   | \`web.nginx.eu.dev.lan\`, \`nginx.eu.dev.lan\`, \`any.web.nginx.eu.dev.lan\`, \`www.example\`, \`shop.lan\` | web |
   | \`master.mysql.dev.lan\`, \`mysql.dev.lan\` | store |
   | \`one.queue.us.dev.lan\` | jobs |
   | \`hidden.nginx.dev.lan\` | none |
   | \`jobs\`, by \`--alias\` | jobs |
   | \`store.dev.lan\`, which dnsdock did not have | store |

4. The log names what to set in the place of each argument:

   \`\`\`sh
   docker logs dns | grep old-argument
   \`\`\`

5. Set that, and leave the arguments out:

   \`\`\`sh
   docker rm -f dns
   docker run -d --name dns --network host --read-only --cap-drop ALL --cap-add NET_BIND_SERVICE --user 0 \\
     -v /var/run/docker.sock:/var/run/docker.sock:ro \\
     -e RESOLVER_LISTEN=172.17.0.1:53 -e RESOLVER_NAMESERVERS=192.0.2.53:53 \\
     -e RESOLVER_DOMAIN=lan -e RESOLVER_ENVIRONMENT=dev -e RESOLVER_SERVICES_TTL_SECONDS=5 \\
     -e RESOLVER_NAMES=image,container,compose,network-alias,hostname,template,alias,bare \\
     registry.example/alpine-resolver/docker-host:0.1.0
   \`\`\``;

const otherwise = `## Names and answers

| dnsdock | Here |
|---|---|
| \`NAME.IMAGE.ENVIRONMENT.DOMAIN\`, longer and shorter questions, \`*\` for a label | the same |
| a question below several names gets all of them | the longest name counts |
| letter case of images, domains and aliases counts | it does not |
| a container that matches by name and by alias is there twice | once |
| aliases outside the domain, shared by several; removing one container takes the alias from all | the same, and the others keep it |
| an alias is asked for by all names below it, one such as \`com\` or \`arpa\`, too | the same, but below an alias of one label; [some](docker.md#names) can be none |
| A: the first address only, in no order | all of them that the client [can use](docker.md#which-address), in turns |
| AAAA: no data | the IPv6 addresses |
| MX: preference 0 and the name itself | the same |
| SOA for any name of the zone | at the domain and at aliases outside of it; elsewhere as "no data", in the authority section |
| names and times of the SOA; the serial is the hour | the same; the serial rises with each change |
| replies without AA, denials too; no compression, no limit of size, no TCP, no EDNS | AA; compression, truncation, TCP, EDNS |
| PTR: name, image and aliases of the first address; IPv6 is forwarded | names of the container, for all addresses of both families; not the image, which is no name of one container |
| other types of an address: no data | the same |
| unknown names: one server after the other over UDP, failures as REFUSED, no cache | [as glibc](local-data.md), with a [cache](cache.md) |
| TTL of a service, -1 for that of all | the same |
| a lookup with many matches stops everything | nothing waits for a lookup |

## Containers

| dnsdock | Here |
|---|---|
| image: what is behind the last \`/\` and before the last \`:\`, empty for an id | the same |
| name: that of the container | the same |
| labels \`com.dnsdock.…\`; variables \`DNSDOCK_…\`, \`SERVICE_…\`; variables count before labels | [the same](docker.md#labels-and-variables), and labels of our own before both |
| ignored by presence | the same |
| aliases are not trimmed | they are |
| \`ignore\` as a label and another variable: the program ends | it is ignored |
| a container without an address, or in the network of the host, ends the watch | the log says so once; with the network of the host it has the gateway of the client's network |
| \`kill -HUP\` drops a container (older releases) | each event has the container looked at |
| after about 15 minutes without the API it gives up | never |
| entries of the [API](http-api.md#otherwise-than-dnsdock) survive a synchronisation | the same, and with \`RESOLVER_API_STATE_FILE\` a restart |

## What was asked for there

| | |
|---|---|
| several networks, the right address (52, 67, 84) | the client's network, \`RESOLVER_NETWORK\`, a label |
| SELinux (11), macOS (89) | [a proxy](docker.md#what-it-does-with-the-api), [\`/etc/resolver\`](docker.md#who-asks) |
| aliases outside the domain (44), names of several levels (91) | above |
| freezes (82), exits when every server fails (90), ends at a host-network container (111) | do not happen |
| a template for names (101), \`container.domain\` (119) | \`RESOLVER_NAME_TEMPLATE\`, the form \`container\` |
| protected manual entries, query by host name, several servers, a prefix of addresses, a cache (26, 38, 61, 73, 77, 100) | done |`;
