/** Generates docs/from-go-dnsmasq.md from the table of old variables. */
import { generatedFrom } from './markdown.ts';
import { oldVariablesTable } from './old-variables-table.ts';

/** docs/from-go-dnsmasq.md */
export function fromGoDnsmasqPage(): string {
  return `${generatedFrom('shared/settings/old-variables.ts')}
# From go-dnsmasq

The sidecar in its [profile \`host\`](local-data.md) takes the place of go-dnsmasq and reads its variables, so that one can be
started where the other was. A system test follows this page.

1. Start the sidecar with the variables that go-dnsmasq had. An option of the command line has a variable, too.

   \`\`\`sh
   RESOLVER_PROFILE=host \\
   DNSMASQ_LISTEN=127.0.0.1:53 \\
   DNSMASQ_SERVERS=192.0.2.53 \\
   DNSMASQ_STUB='consul/127.0.0.1:8600 corp.example,10.in-addr.arpa/10.1.0.53' \\
   DNSMASQ_HOSTSFILE=/etc/hosts \\
   DNSMASQ_SEARCH_DOMAINS=corp.example \\
   DNSMASQ_ENABLE_SEARCH=true \\
   DNSMASQ_POLL=10 \\
   node dist/sidecar.cjs
   \`\`\`

2. It says of each what became of it: the log has a line \`old-variable\` that names the variable to set in its place, or says that
   there is none and why. A value that is not accepted ends the start with a message.

3. Set the new variables and remove the old ones, until no such line is left. Of the ones above:

   \`\`\`sh
   RESOLVER_PROFILE=host \\
   RESOLVER_LISTEN=127.0.0.1:53 \\
   RESOLVER_NAMESERVERS=192.0.2.53 \\
   RESOLVER_STUB_ZONES='consul=127.0.0.1:8600;corp.example,10.in-addr.arpa=10.1.0.53' \\
   RESOLVER_HOSTS_FILE=/etc/hosts \\
   RESOLVER_SEARCHES=corp.example \\
   RESOLVER_MODE=plain \\
   node dist/sidecar.cjs
   \`\`\`

4. Where go-dnsmasq wrote \`/etc/resolv.conf\` (\`--default-resolver\`), write it yourself: \`nameserver 127.0.0.1\`, and no \`search\`
   line as long as the mode is \`plain\`. With \`search glibc.internal\` and \`options ndots:15\` in it and \`RESOLVER_MODE\` left out,
   programs find names exactly as with glibc: names with a trailing dot are then not searched for.

A variable of the sidecar goes before the old one, and an empty one counts as not set. [What is otherwise](local-data.md#what-go-dnsmasq-did-and-is-otherwise-here).

## Variables

The last ones, \`GO_DNSMASQ_…\`, are those of the fork at claranet. A variable that begins with \`DNSMASQ_\` or \`GO_DNSMASQ_\` and is not among
them is named in the log.

${oldVariablesTable()}

In \`DNSMASQ_STUB\` a comma separates zones and servers, and rules where what follows is a zone, as go-dnsmasq's library split the
variable. A comma that can be both (behind it stands an address that might be a zone) is refused, with the two ways to read it: separate the rules by blanks.
`;
}
