/** Generates docs/cli.md from the descriptions of the commands. */
import { failureScenarios, loss } from '../../cli/check/failure-scenarios.ts';
import { checkCommand } from '../../cli/check/options.ts';
import { explainCommand } from '../../cli/explain/options.ts';
import { injectCommand, uninjectCommand } from '../../cli/inject/options.ts';
import { replyWords } from '../../cli/simulation/scenario-reply.ts';
import { statusCommand } from '../../cli/status/options.ts';
import { completionCommand, reasonsCommand } from '../../cli/reference/options.ts';
import { versionCommand } from '../../cli/version/options.ts';
import { commandHelp, type CommandDescription } from '../../cli/terminal/command-help.ts';
import { exitCodeMeanings, exitCodes, type ExitCode } from '../../cli/terminal/exit-codes.ts';
import { generatedFrom, table } from './markdown.ts';

/** docs/cli.md */
export function cliPage(): string {
  const codes = (Object.keys(exitCodes) as ExitCode[]).map((end) => [String(exitCodes[end]), exitCodeMeanings[end]]);
  return `${generatedFrom('cli/*/options.ts')}
# The command line

\`dist/cli.cjs\`, which \`npm run build\` makes, runs wherever Node.js 24 does, without packages and without a cluster. It never
changes a cluster: where a command reads one, it does as kubectl does (\`--kubeconfig\`, \`--context\`, \`--as\`, \`-n\`). Under the name \`kubectl-alpine_resolver\` it is a plugin of kubectl: \`kubectl alpine-resolver\`. \`demo\` is what
\`npm start\` runs, and needs the bundles beside it.

Results go to standard output and everything that is said about them to standard error, so that a pipe gets manifests alone.
Colours are left out where the output is no terminal or \`NO_COLOR\` is set. No control character of a name, a label or a
manifest reaches a terminal. Errors name the file, the line and the column.

With \`--output json\` or \`yaml\` a command prints one document for programs. \`apiVersion\` changes where a reader would break;
the schemas are [explanation](schemas/explanation-v1.schema.json), [trace](schemas/trace-v1.schema.json), [check report](schemas/check-report-v1.schema.json),
[status](schemas/status-v1.schema.json), [status of a pod](schemas/pod-status-v1.schema.json), [versions](schemas/versions-v1.schema.json), [reasons](schemas/reasons-v1.schema.json) and
[injection report](schemas/injection-report-v1.schema.json).

${table(['Exit code', 'Means'], codes)}

## explain

${helpBlock(explainCommand)}
${explainText()}
## check

${helpBlock(checkCommand)}
${checkText()}
## inject

${helpBlock(injectCommand)}
The verdict is that of the webhook, by the same code: [which pods are injected](injection.md). What it cannot know without a
cluster it says at the end. Whatever is applied later in a namespace that has opted in passes the webhook once more: where the
cluster is as it was assumed, that pass changes nothing but the time in the status annotation, else it writes its own nameservers
and image.

Only what changes is written. Every other byte stays: comments, anchors, indentation, line ends, a byte order mark, JSON. What is
new stands behind the last member of its object, in the form that stands around it. An alias whose anchor says something else
afterwards is written out, and told. What cannot be changed without writing a document anew is refused with its place, and
nothing is printed. Injected twice is injected once.

In a custom resource every object below the top whose \`spec\` has a list of containers counts as a pod template. Whether its
operator takes over init containers and annotations is for you to know.

Several files, or a folder, come out as one stream of documents; a single one comes out as it is.

## uninject

${helpBlock(uninjectCommand)}
What \`inject\` made of a manifest becomes the manifest again, byte for byte, but for what the pod no longer holds: comments and
forms of entries that our values replaced in the pod's own \`dnsConfig\`, an alias that was written out, an object or list that was
null, and in JSON or inside other brackets one that was empty. \`inject\` names the line where such a part begins; its data come
back all the same. Only an empty \`ALPINE_NO_RESOLVER\` of the user, and all but the last of several port sysctls, are noted nowhere;
\`inject\` says so, too.

${referenceText()}`;
}

function referenceText(): string {
  return `## status

${helpBlock(statusCommand)}
Pods are decided on by the webhook's own code, with its settings, the LimitRanges and the address of the cluster's DNS as they are now.
*missed* is a pod without the sidecar that the webhook would inject; *skipped* one that it leaves alone, with the reason. Pods that were
refused are not there: the events of the webhook tell of them. What goes wrong most comes from the metrics of at most 20 sidecars, of
each at most 4 MiB; how many of them gave none is said. The commands of \`status missed\` name the context that was read, and the file of
\`--kubeconfig\`: another current context changes nothing. What no shell can be trusted with is a comment in their place.

Rights: the ClusterRoles \`alpine-resolver-check\` and \`alpine-resolver-status\` of \`manifests/command-line/cluster-roles.yaml\`. What may not be
read is not known, which is said, with what is taken in its place. Ctrl-C ends the reading of pods and shows what there is so far.

## reasons

${helpBlock(reasonsCommand)}
The same stands in [reasons](reasons.md) and [musl divergences](musl-divergences.md).

## version

${helpBlock(versionCommand)}
The webhook's version is the tag of the image that its pods run, a sidecar's that of the webhook that injected it. Where no cluster
answers, what this tool is stands there all the same, with why the rest does not, and the exit code is 3; so it is where a right is
missing. With \`--client\` nobody is asked.

## completion

${helpBlock(completionCommand)}
Names of contexts come from the kubeconfig, those of namespaces and pods (\`pod/NAME\`) from the cluster: the first 500 of them, with what
\`--context\`, \`--kubeconfig\`, \`--as\` and \`-n\` in the line say. A cluster that has not answered after two seconds has none. Where \`-f\`
names manifests no cluster is asked. A name that a shell or a terminal would take for more than a name is not offered.

Completion in kubectl works where the tool is on the PATH as \`kubectl_complete-alpine_resolver\`, too. The
[man page](man/alpine-resolver.1) comes from the same table as \`--help\`.
`;
}

function checkText(): string {
  return `Each finding has its place, a severity, how sure it is (\`certain\`: the manifests say it; \`likely\`: it follows, unless something
that they do not hold says otherwise; \`possible\`: it depends on that), the facts that it rests on, a
[code](reasons.md#the-command-line-what-check-finds), and what to type. With the sidecar, what it cures is a note. Of the values of
variables and arguments only names of hosts are looked at, and nothing else of them is printed.

\`--output sarif\` is for code hosts and editors: a rule for each code, file, line and column, and fingerprints that stay while lines
move. \`--output junit\` has a test for each workload, which fails where \`--fail-on\` says so.

10,000 manifests take 12 seconds of processor time and 270 MB in files of their own, 10 seconds and 396 MB as one stream (Node.js 24.21 on x64,
2026-11-30).

\`--cluster\` checks the pods that run: each owner once, and once more where some of its pods have the sidecar and others missed it. With it come
findings on the cluster itself, which count before an install: kubelets before 1.29, Pod Security of namespaces, and whether the API server
reaches port 8443 of the webhook, as far as objects tell: the firewall of private clusters of Google, EKS without the Amazon VPC CNI, and
NetworkPolicies that select the webhook, where they may be listed (the ClusterRole does not have them). It needs the ClusterRole \`alpine-resolver-check\` of \`manifests/command-line/cluster-roles.yaml\`: get and
list on namespaces, pods, services, limitranges and resourcequotas, get on our webhook configuration, and nodes if they may be read; no
Secrets, no ConfigMaps. With the Deployment of the webhook (role \`alpine-resolver-status\`) its settings count, too. Lists are read in pages; Ctrl-C
shows what there is so far. \`--dry-run-server\` sends each pod that would be injected to the API server with dryRun=All, which needs create on pods:
whatever refuses it there (Pod Security, a quota, a LimitRange, another webhook) is a finding.

\`--what-if\` plays each group of pods of one namespace, and of equal configuration and musl, through failures of nameservers, with the
names of all of them. A line stands for the names that come to the same ends, with the outcome and the time of glibc, of musl, and of musl
behind the sidecar (\`ok 5.0s\`, \`fails 10.0s\`, \`not found\`); where releases of musl differ, of each. It is shown where musl or the
sidecar comes to another end than glibc, or at another time; \`--all\` shows the rest, too. It is the code of [explain](#explain), in
simulated time.

| Failure | What is played |
|---|---|
${[...failureScenarios, loss].map(({ title, meaning }) => `| ${title} | ${meaning} |`).join('\n')}

A lookup in a failure begins with empty caches, but for that of a minute without cluster DNS. Who loses datagrams finds the same lost for
the same seed, whatever its names are called; runs that lose the same are played once. Of the ${loss.runs.toLocaleString('en')} runs of a pod with one nameserver and three
search domains that is 6 to 170, with three nameservers up to 600.

Looked up are the names of \`--name\`; else the names of hosts in the pods of the group, the hosts of Services of type ExternalName and of Ingresses
in its namespace, and the Services there; where no host is known, also \`SERVICE.NAMESPACE\`, \`SERVICE.NAMESPACE.svc.DOMAIN\`, two names of the
world outside and one that does not exist. Services that are known exist, and so does every other name with a dot that is no name of
the cluster. Services come from the manifests or the cluster; Ingresses from manifests alone, as the ClusterRole does not read them.

Lookups that cannot end otherwise (the same configuration but for the names of search domains, as many dots, the same kind of name) are
played once for all groups; names that are like no other, such as those below a stub zone, up to 100 for each group, and it is said how many
more there are. Ctrl-C shows the groups that are done, a second one ends at once. Pods on
Alpine whose configuration only their node knows, or the API server refuses, are named and not played. 10,000 Deployments in 200 namespaces, 400 groups, take 11
seconds of processor time with \`--what-if\` and 398 MB as one stream; where each has a Service and names of hosts of its own, in one
namespace, 14 seconds and up to 530 MB (JSON; Node.js 24.21 on x64, 2026-11-30).
`;
}

function explainText(): string {
  const replyNames = Object.keys(replyWords)
    .map((word) => `\`${word}\``)
    .join(', ');
  return `Each question is a line: when it was sent, its type, the nameserver, the transport, the reply, and how long that took. Below the
questions of a name stands what the resolver made of them. The sidecar is its own code in this process; musl behind it gets what
the lines "with the sidecar" say. M numbers stand in [musl divergences](musl-divergences.md), V numbers in
[residual divergences](residual-divergences.md).

musl and glibc are models, held against the real libraries by tests; \`--real\` asks this machine's own, too.

\`explain pod/POD NAME\` plays the lookup here, with the configuration in force of a pod: what its annotations and the variables of its
sidecar say, or, of a pod without a sidecar, what the webhook would write. \`--in-pod pod/POD\` plays nothing: the sidecar of the pod looks the
name up [there](decisions/a-pod-may-ask-its-sidecar-for-a-trace.md), as if it remembered nothing, and tells what it asked, what came back, and what
its caches hold of the name, which programs get until it ends. \`--html\` and \`--redact\` are for both.

\`--html FILE\` writes a page that needs nothing beside itself and asks nobody: the timelines drawn to scale, in light and dark, to be
read with the keyboard alone. \`--redact\` puts \`n1\`, \`n2\` … in the place of each label of the names that are asked, searched and
found, everywhere; the labels of \`svc.cluster.local\` and the addresses stay.

A **scenario** is a zone with faults. Lookups in it wait for no timeout, however long the resolvers do:

\`\`\`yaml
resolvConf: |          # the configuration, unless -f or --resolv-conf says another
  search shop.svc.cluster.local svc.cluster.local cluster.local
  nameserver 10.96.0.10
  nameserver 10.96.0.11
  options ndots:5
hostName: web-0        # whose domain glibc searches where there is no search line
names:                 # what every nameserver says; a name that is not there is NXDOMAIN
  cart.shop.svc.cluster.local: [10.96.7.11, "2001:db8::11"]
  db.shop.svc.cluster.local A: 10.96.7.12
  db.shop.svc.cluster.local AAAA: SERVFAIL
  "*.example.com": NODATA
  www.example.com: {alias: cdn.example.net, addresses: 192.0.2.7, delay: 300ms}
  big.example.com: {addresses: [192.0.2.8], truncated: true, tcp: close}
  flaky.example.com: {sequence: [silent, 192.0.2.9]}
otherwise: NXDOMAIN    # instead of NXDOMAIN for all other names
udp: open              # or closed
tcp: open              # or refused, close, once, stall
servers:               # a nameserver that is otherwise, by its address
  10.96.0.11: silent   # or closed, or an object of names, otherwise, udp, tcp
\`\`\`

A reply is an address, a list of addresses, one of ${replyNames}, or an object as above. \`sequence\` has a reply for
the first, the second query and so on; the last one stays.
`;
}

function helpBlock(command: CommandDescription): string {
  const columns = 100;
  return `\`\`\`\n${commandHelp(command, columns)}\`\`\`\n`;
}
