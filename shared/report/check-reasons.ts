/** What `alpine-resolver check` finds in manifests: codes that stand in its output, in `--ignore` and on pods. */
export const checkReasons = {
  'not-injected-by-namespace':
    'A container is built on Alpine, and its namespace has not opted in: it resolves names as musl does.',
  'not-injected':
    'A container is built on Alpine, and the webhook leaves the pod alone: it resolves names as musl does.',
  'refused-by-webhook': 'The webhook refuses the pod.',
  missed: 'The pod was created without the sidecar in a namespace that has opted in.',
  'sidecar-older': 'The sidecar of the pod is of another release than this tool.',
  'webhook-warning': 'The webhook warns whoever creates the pod.',
  'unknown-ignored-code':
    'The annotation alpine-resolver.io/check-ignore names a finding that there is not: it silences nothing.',
  'name-not-searched':
    'A name in the manifest has as many dots as ndots says, or more: musl asks it as it is and does not search, glibc does.',
  'low-ndots':
    'The ndots of the pod is so low that names of Services such as `cart.shop` or `cart.shop.svc` are never searched by musl.',
  'several-nameservers':
    'The pod has several nameservers: musl asks all of them at once and takes the first reply, "no such name" included; glibc asks one after the other.',
  'no-tcp':
    'musl before 1.2.4 (Alpine 3.17 and earlier) has no TCP: it sees about 30 addresses of a name with more, such as a headless Service.',
  'many-addresses': 'musl keeps 48 addresses of a name; a headless Service of the manifests may have more.',
  'search-line-too-long': 'The search line is longer than 254 bytes: musl drops it whole, and searches nothing.',
  'search-entry-unreadable':
    'A search entry is `.` or begins with a dot: musl before 1.2.4 fails every lookup that comes to it, later ones pass it over.',
  'ignored-options': 'The pod has options of resolv.conf that musl does not know.',
  'host-name-domain':
    'The pod has no search line and a host name with dots: glibc searches the domain of the host name, musl does not.',
  'long-timeout':
    'musl takes the timeout for all servers and attempts of a name together; glibc for each server and attempt.',
  'mesh-captures-dns':
    'The mesh answers the DNS queries of the pod itself: what the sidecar asks goes through its proxy first.',
  'quota-grows': 'The sidecar adds to the requests and limits that count against the ResourceQuota of the namespace.',
  'guaranteed-grows':
    'The pod is Guaranteed, and stays so: the requests of the sidecar equal its limits, and its node has to have room for them, too.',
  'never-pulled':
    'No image of the pod is ever pulled (imagePullPolicy Never), and that of the sidecar is, where its node has none.',
  'kubelet-too-old':
    'A node has a kubelet before 1.29, which does not know native sidecars: an injected pod does not start its containers there.',
  'pod-security':
    'The namespace enforces a Pod Security level. The sidecar passes "restricted", but where the webhook leaves its user out.',
  'webhook-port-blocked':
    "The nodes are of a cloud whose firewall lets the API server reach few ports of nodes and pods: the webhook's, 8443, has to be opened.",
  'webhook-port-policy':
    "NetworkPolicies select the webhook's pods, and none of them lets the API server, which is no pod, reach port 8443.",
  'webhook-on-overlay':
    'The nodes are of EKS, and pods are in a network of their own, which its control plane does not reach: the webhook needs the network of its node.',
  'refused-by-server':
    'The API server refuses the injected pod, by Pod Security, a quota, a LimitRange or another webhook. Asked with dryRun=All.',
  'conntrack-race':
    'The queries for A and AAAA leave from one port at once; kernels before 5.0 may lose one of them in NAT. glibc meets it, too; the sidecar asks each from a port of its own.',
} as const;

export type CheckReason = keyof typeof checkReasons;
