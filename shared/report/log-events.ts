/** Every event of the log, once: the log's types and docs/log-events.md derive from these tables. */
import { field, optional, type LogEventTable, type LogFieldsOf } from './log-event-definition.ts';

const error = field.error('What went wrong.');

/** Events that both programs log. */
export const programLogEvents = {
  listening: {
    level: 'info',
    meaning:
      'Listeners are open. The sidecar says so again when an address of the machine has come or gone and it listens on all of them.',
    fields: {
      role: optional(field.text('Of the webhook: `webhook` (TLS) or `admin` (plain HTTP).')),
      addresses: field.texts('Addresses with their ports.'),
    },
  },
  ready: {
    level: 'info',
    meaning: 'The program has started and serves.',
    fields: {
      version: field.text('The version of the program.'),
      admin: optional(field.texts('Of the sidecar: addresses of the admin listener.')),
    },
  },
  stopping: {
    level: 'info',
    meaning: 'A signal came: the program is not ready any more, and ends after the drain time.',
    fields: {
      signal: field.text('`SIGTERM` or `SIGINT`.'),
      drainMs: field.number('How long it still serves, in milliseconds.'),
    },
  },
  stopped: { level: 'info', meaning: 'All parts have stopped; the program exits with 0.', fields: {} },
  'stop-failed': {
    level: 'error',
    meaning: 'A part did not stop cleanly; the others are stopped all the same.',
    fields: { part: field.text('The part.'), error },
  },
  'stop-timeout': {
    level: 'error',
    meaning: 'The parts took too long to stop; the program exits without waiting for them.',
    fields: { stopTimeoutMs: field.number('How long it waited, in milliseconds.') },
  },
  fault: {
    level: 'error',
    meaning: 'An exception that no part caught. It is a fault of the program to report.',
    fields: { error },
  },
  'log-lines-dropped': {
    level: 'error',
    meaning: 'Nobody read the log for a while, and lines in this place are missing.',
    fields: { count: field.number('How many lines are missing.') },
  },
} as const satisfies LogEventTable;

/** Events of the sidecar alone. */
export const sidecarLogEvents = {
  configured: {
    level: 'info',
    meaning: 'The configuration that lookups have from now on; a line for the start and for each change.',
    fields: {
      mode: field.text('The mode in use: `marker`, `plain` or `as-is`.'),
      source: field.text(
        'Where the original configuration comes from: `file`, `original` (the text in the variable) or `none`.',
      ),
      nameservers: field.texts('Upstream nameservers, in the order of asking.'),
      search: field.texts('Search domains, the first 32.'),
      searchDomains: optional(field.number('How many search domains there are, where there are more than 32.')),
      options: field.texts('Options, as resolv.conf has them.'),
      stubZones: optional(field.texts('Stub zones with their servers, the first 32.')),
    },
  },
  'compiled-code-unused': {
    level: 'warn',
    meaning:
      'The code that the build of the image has compiled (`sidecar.code`) is not used: the start and the first lookups take [some milliseconds more](decisions/memory-is-given-back.md). All else is as ever.',
    fields: { why: field.text('What keeps it from use.') },
  },
  'old-variable': {
    level: 'warn',
    meaning: 'A [variable of go-dnsmasq](from-go-dnsmasq.md) is set. The line says what became of it.',
    fields: {
      variable: field.text('Its name.'),
      message: field.text('The variable to set in its place, or why it has no effect.'),
    },
  },
  'old-argument': {
    level: 'warn',
    meaning: 'An [argument of dnsdock](from-dnsdock.md#arguments) is given. The line says what became of it.',
    fields: {
      argument: field.text('Its name.'),
      message: field.text('The variable to set in its place, or why it has no effect.'),
    },
  },
  'no-upstream': {
    level: 'warn',
    meaning: 'No nameserver can be asked: every search fails.',
    fields: {
      reason: field.text('A [reason](reasons.md#sidecar-why-no-nameserver-can-be-asked).'),
      source: field.text('Where the original configuration comes from, as in `configured`.'),
      nameservers: field.texts('The nameservers that it names.'),
      message: field.text('The cause, and what to do.'),
    },
  },
  'resolv-conf-ignored': {
    level: 'warn',
    meaning: 'A part of the original configuration is not understood or has no effect.',
    fields: {
      line: field.number('The number of its line.'),
      text: field.text('The part.'),
      why: field.text('Why it is ignored.'),
      source: field.text('Where the original configuration comes from, as in `configured`.'),
    },
  },
  'hosts-fault': {
    level: 'warn',
    meaning:
      'The hosts files are too large, and what stands behind the first part of them has no effect; or more entries than are named one by one have none.',
    fields: { message: field.text('What is wrong, and from which line on.') },
  },
  'hosts-ignored': {
    level: 'warn',
    meaning: 'An entry of a hosts file has no effect. The first 20 of all files are named.',
    fields: {
      path: field.text('The file.'),
      line: field.number('The line, from 1.'),
      text: field.text('The line, or the name on it.'),
      why: field.text('Why it has none.'),
    },
  },
  'stub-zones-fault': {
    level: 'warn',
    meaning: 'Something in the file of stub zones has no effect.',
    fields: { message: field.text('What it is, and why.') },
  },
  'annotation-fault': {
    level: 'warn',
    meaning: 'An annotation of the running pod is unknown or has a value that is not accepted; it has no effect.',
    fields: {
      annotation: field.text('Its name.'),
      message: field.text('What is wrong, and what is accepted.'),
    },
  },
  'file-changed': {
    level: 'info',
    meaning: 'A watched file has a new text, which is in use from now on.',
    fields: {
      file: field.text('`resolv-conf`, `pod-resolv-conf`, `hosts`, `annotations` or `stub-zones`.'),
      path: field.text('Its path.'),
    },
  },
  'file-problem': {
    level: 'warn',
    meaning: 'A watched file cannot be read, or not as a whole.',
    fields: {
      file: field.text('`resolv-conf`, `pod-resolv-conf`, `hosts`, `annotations` or `stub-zones`.'),
      path: field.text('Its path.'),
      setting: field.text('The variable that names it.'),
      problem: field.text('What is wrong with it.'),
    },
  },
  'socket-unused': {
    level: 'warn',
    meaning: 'Nothing is served on a socket that systemd has passed on.',
    fields: { name: field.text('The name that the socket unit gave it (`FileDescriptorName=`).') },
  },
  lookup: {
    level: 'info',
    meaning:
      'A lookup that `query-log` has chosen. One that was searched for has a line for both families; of what is answered without a search, and so of what is local or remembered, each query has one. A lookup that waited for the search of another stands in its line.',
    fields: {
      name: field.text('What was searched for, without the search marker.'),
      type: field.text('The type, or `A+AAAA`.'),
      by: field.text(
        '`search`; or what answered without one: `hosts`, `local-data` (names of containers), `memory` (the answer cache), `repeat` (a query that was answered just before), `not-forwarded` (refused by `no-rec` or `fwd-ndots`).',
      ),
      outcome: optional(field.text('How the search [ended](reasons.md#sidecar-how-a-search-ended).')),
      durationMs: optional(
        field.number('From the first query of its lookup to the last answer of its search, in milliseconds.'),
      ),
      record: field.record(
        'The record of the lookup as `explain --output json` has it; a candidate without steps was remembered.',
      ),
    },
  },
  'client-refused': {
    level: 'warn',
    meaning:
      'A client that `allow-clients` does not let ask was refused: with REFUSED over UDP, by the end of its connection over TCP. One line a minute at most.',
    fields: {
      address: field.text('Its address.'),
      transport: field.text('`udp` or `tcp`.'),
      refused: field.number('How many were refused since the last such line, this one included.'),
    },
  },
  'api-listening': {
    level: 'info',
    meaning: 'The HTTP API and its web page are open.',
    fields: {
      addresses: field.texts('Addresses with their ports.'),
      tls: field.flag('Whether it speaks TLS.'),
    },
  },
  'api-state-read': {
    level: 'info',
    meaning: 'What was made and said by hand before the start is in force again.',
    fields: {
      path: field.text('The state file.'),
      manual: field.number('How many services were made by hand.'),
      overrides: field.number('Of how many containers something was said by hand.'),
    },
  },
  'api-state-damaged': {
    level: 'error',
    meaning:
      'The state file is none that can be read. It lies aside, and nothing of it is in force: mend it, or make its services again.',
    fields: {
      path: field.text('The state file.'),
      aside: field.text('Where it lies now.'),
      why: field.text('What is wrong with it.'),
    },
  },
  'api-state-unwritten': {
    level: 'error',
    meaning:
      'The state file could not be written, and is as it was. A change that was asked for was refused; what was said of a container that is gone leaves the file with the next change.',
    fields: { path: field.text('The state file.'), error },
  },
  'api-file-fault': {
    level: 'warn',
    meaning: 'The token or the certificate of the HTTP API could not be read again. The one before it stays.',
    fields: { path: field.text('The file.'), error },
  },
  'api-fault': {
    level: 'error',
    meaning:
      'A request of the HTTP API ended in an exception, and was answered with 500. It is a fault of the program to report.',
    fields: { error },
  },
  'server-silent': {
    level: 'warn',
    meaning:
      'Nothing came from a nameserver within a whole timeout. It is still asked, but waited for 300 ms where another one is left.',
    fields: { server: field.text('Its address and port.') },
  },
  'server-dead': {
    level: 'warn',
    meaning: 'A nameserver is never asked from here on.',
    fields: {
      server: field.text('Its address and port.'),
      reason: field.text('A [reason](reasons.md#sidecar-why-a-nameserver-is-never-asked).'),
      path: field.text('The way on which a query came back.'),
    },
  },
  'server-loop-ended': {
    level: 'info',
    meaning: 'A nameserver that led back to the sidecar does so no longer, and is asked again.',
    fields: { server: field.text('Its address and port.') },
  },
  'server-answers': {
    level: 'info',
    meaning: 'A nameserver that was silent replies again.',
    fields: {
      server: field.text('Its address and port.'),
      silentSeconds: field.number('How long it was silent.'),
    },
  },
  candidate: {
    level: 'debug',
    meaning: 'A candidate of a search has its outcome.',
    fields: {
      name: field.text('The name.'),
      outcome: field.text('An [outcome](reasons.md#sidecar-the-outcome-of-a-candidate).'),
    },
  },
  search: {
    level: 'debug',
    meaning: 'A search ended.',
    fields: {
      name: field.text('The name that the program asked for.'),
      type: field.text('`A+AAAA` for a pair, else the type.'),
      searched: field.flag('Whether the search list was used; not for a name that is taken as it is.'),
      outcome: field.text('An [outcome](reasons.md#sidecar-how-a-search-ended).'),
      found: optional(field.text('The name that has what was asked for.')),
      stoppedAt: optional(field.text('The name at which a search without success ended.')),
      durationMs: field.number('From the first query of the lookup to the last answer, in milliseconds.'),
    },
  },
  'stale-answer': {
    level: 'debug',
    meaning: 'An answer was given although its lifetime is over.',
    fields: {
      name: field.text('The name of the question, the search marker included.'),
      reason: field.text('A [reason](reasons.md#sidecar-why-an-answer-was-given-although-its-lifetime-was-over).'),
    },
  },
  refresh: {
    level: 'debug',
    meaning: 'An answer in memory was asked for anew while nobody waited.',
    fields: {
      name: field.text('The name that the program asked for.'),
      type: field.text('The type of the question that began it.'),
      purpose: field.text('A [purpose](reasons.md#sidecar-why-an-answer-was-asked-for-anew).'),
      end: field.text('What [became of it](reasons.md#sidecar-what-became-of-an-answer-that-was-asked-for-anew).'),
    },
  },
  collection: {
    level: 'debug',
    meaning: 'The garbage of a busy time was collected, and memory given back.',
    fields: {
      heapBytesBefore: field.number('What the heap had of the machine’s memory before.'),
      heapBytes: field.number('What it has now.'),
      pauseMs: field.number('How long nothing was answered, in milliseconds.'),
    },
  },
  'listener-fault': {
    level: 'warn',
    meaning: 'A DNS listener reported an error; it goes on serving.',
    fields: { error },
  },
  'internal-error': {
    level: 'error',
    meaning:
      'An exception while a packet was handled; the packet alone is lost. It is a fault of the program to report.',
    fields: { error, stack: optional(field.text('Where it was thrown.')) },
  },
  'internal-errors-not-logged': {
    level: 'error',
    meaning: 'More `internal-error` lines than ten in a minute would have been written.',
    fields: { count: field.number('How many were left out.') },
  },
  'docker-synchronised': {
    level: 'info',
    meaning: 'All containers of a Docker host are known, and followed from here on: at the start, and behind each gap.',
    fields: {
      containers: field.number('Containers that run.'),
      services: field.number('Those of them that are answered for.'),
    },
  },
  'docker-lost': {
    level: 'warn',
    meaning:
      'The API of Docker does not answer, or ended its events. What is known of containers is still answered with; attempts go on without an end, and `docker-synchronised` says when one has succeeded.',
    fields: {
      services: field.number('Containers that are still answered for.'),
      retryMs: field.number('When the next attempt follows, in milliseconds.'),
      error,
    },
  },
  'container-odd': {
    level: 'warn',
    meaning:
      'Something about a container is odd; all others are answered for as ever. A line for each container and oddity.',
    fields: {
      container: field.text('Its name.'),
      id: field.text('Its id.'),
      reason: field.text('A [reason](reasons.md#docker-host-what-is-odd-about-a-container).'),
      detail: field.text('What it is.'),
    },
  },
} as const satisfies LogEventTable;

/** Events of the webhook alone. */
export const webhookLogEvents = {
  review: {
    level: 'info',
    meaning: 'An admission review was answered.',
    fields: {
      uid: field.text('The UID of the review.'),
      namespace: field.text('The namespace of the pod.'),
      pod: optional(field.text('The name of the pod, or its beginning and `*` where the API server makes it later.')),
      owner: optional(field.text('Kind and name of the object that controls the pod.')),
      verdict: field.text('`inject`, `skip` or `refuse`.'),
      reason: field.text('A [reason](reasons.md).'),
      detail: optional(field.text('What the reason is about in this pod, of a pod that was skipped.')),
      message: optional(field.text('What the creator of a refused pod reads.')),
      warnings: optional(field.texts('The first ten warnings that the creator reads.')),
      dryRun: optional(field.flag('`true` for a dry run.')),
      durationMs: field.number('From the parsed body to the response, in milliseconds.'),
    },
  },
  'review-failed': {
    level: 'error',
    meaning:
      'A review was answered with HTTP 500, and the failurePolicy decides: with Ignore the pod is admitted unchanged. It is a fault of the program to report.',
    fields: { error },
  },
  'bad-request': {
    level: 'debug',
    meaning: 'A request was no admission review, or came before the webhook was ready.',
    fields: {
      status: field.number('The HTTP status of the response.'),
      method: field.text('The HTTP method.'),
      error,
    },
  },
  certificate: {
    level: 'info',
    meaning: 'A certificate is in use from now on.',
    fields: { notAfter: field.text('When it ends.') },
  },
  'certificate-not-renewed': {
    level: 'error',
    meaning: 'A certificate or its CA was not renewed; the one before it stays in use, and another attempt follows.',
    fields: { error },
  },
  'ca-created': {
    level: 'info',
    meaning: 'This replica has made the CA and stored it in the Secret.',
    fields: { notAfter: field.text('When the CA ends.') },
  },
  'ca-rotated': {
    level: 'info',
    meaning: 'This replica has replaced the CA in the Secret.',
    fields: { notAfter: field.text('When the new CA ends.') },
  },
  'ca-published': {
    level: 'info',
    meaning: 'The CA was written into the webhook configuration.',
    fields: {
      authorities: optional(field.number('How many CAs the bundle has now, of a CA of our own.')),
      file: optional(field.text('The file of a mounted CA.')),
    },
  },
  'ca-not-published': {
    level: 'error',
    meaning: 'The mounted CA was not written into the webhook configuration; another attempt follows.',
    fields: { error },
  },
  'sidecar-image': {
    level: 'info',
    meaning: 'The image that is injected is known.',
    fields: { image: field.text('The image.') },
  },
  'sidecar-image-unknown': {
    level: 'error',
    meaning: 'The image to inject is not known, and the webhook does not become ready.',
    fields: { problem: field.text('Why not, and what to do.') },
  },
  'own-pod-unreadable': {
    level: 'warn',
    meaning: "The webhook's own pod, which has the image to inject, was not read; another attempt follows.",
    fields: {
      pod: field.text('Its name.'),
      namespace: field.text('Its namespace.'),
      error,
    },
  },
  'cluster-dns': {
    level: 'info',
    meaning: "The cluster's DNS, which pods with dnsPolicy ClusterFirst use.",
    fields: {
      nameservers: field.texts('Its nameservers.'),
      clusterDomain: field.text('The domain of the cluster.'),
      nodeSearches: field.texts('Search domains of the node.'),
    },
  },
  'cluster-dns-unknown': {
    level: 'warn',
    meaning: "The cluster's DNS is not known: pods with dnsPolicy ClusterFirst are left alone.",
    fields: {
      file: field.text('The file that was read.'),
      setting: field.text('The variable that names it.'),
      message: field.text('What it lacks, and what to do.'),
    },
  },
  'cluster-dns-differs': {
    level: 'warn',
    meaning:
      'The Service kube-dns has another address than the nameservers in use. NodeLocal DNSCache is a good reason for it.',
    fields: {
      nameservers: field.texts('The nameservers in use.'),
      service: field.texts('The addresses of the Service.'),
    },
  },
  'resolv-conf-unreadable': {
    level: 'warn',
    meaning: "The file with the cluster's DNS cannot be read.",
    fields: {
      file: field.text('The file.'),
      setting: field.text('The variable that names it.'),
      error,
    },
  },
  'cluster-facts-unknown': {
    level: 'warn',
    meaning: 'The version of the API server or the Service kube-dns was not read; another attempt follows.',
    fields: { error },
  },
  'namespace-unknown': {
    level: 'warn',
    meaning: 'A namespace was not read in time: its pod was judged without the annotations of the namespace.',
    fields: { namespace: field.text('Its name.'), error },
  },
  'watch-failed': {
    level: 'warn',
    meaning: 'A watch of the API server ended with an error; it begins again, and the copy before it stays in use.',
    fields: { path: field.text('The path that is watched.'), error },
  },
  'event-failed': {
    level: 'warn',
    meaning: 'An event on the owner of a pod was not written.',
    fields: { error },
  },
} as const satisfies LogEventTable;

type LogEvents = typeof programLogEvents & typeof sidecarLogEvents & typeof webhookLogEvents;

/** Events of one level. */
export type LogEventOf<Level extends LogEvents[keyof LogEvents]['level']> = {
  [Name in keyof LogEvents]: LogEvents[Name]['level'] extends Level ? Name : never;
}[keyof LogEvents];

/** What a call of the log gives for an event; an event without fields takes none. */
export type LogFieldsFor<Name extends keyof LogEvents> = LogFieldsOf<LogEvents[Name]>;

/** The arguments behind the event. */
export type LogArguments<Name extends keyof LogEvents> = keyof LogEvents[Name]['fields'] extends never
  ? []
  : [fields: LogFieldsFor<Name>];
