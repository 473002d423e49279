/** The names that are looked up: every kind that Kubernetes gives, and what goes wrong in the world outside. */
import { nodeSearchDomain } from '../machine/addresses.ts';
import type { Question } from './questions.ts';

export interface NamesOptions {
  readonly namespace: string;
  /** Has the Service `shop`. */
  readonly otherNamespace: string;
  readonly clusterDomain: string;
  /** Address of the Service `web`. */
  readonly serviceAddress: string;
  /** Address of the pod with hostname `first` and subdomain `headless`. */
  readonly podAddress: string;
}

export function questionsOf(options: NamesOptions): readonly Question[] {
  const { namespace, otherNamespace, clusterDomain, serviceAddress, podAddress } = options;
  const full = `${namespace}.svc.${clusterDomain}`;
  return [
    // What Kubernetes gives.
    lookUp('service', 'web'),
    lookUp('service, upper case', 'WEB'),
    lookUp('service.namespace', `web.${namespace}`),
    lookUp('service.namespace.svc', `web.${namespace}.svc`),
    lookUp('full name', `web.${full}`),
    lookUp('full name, trailing dot', `web.${full}.`),
    lookUp('short name, trailing dot', 'web.'),
    lookUp('service elsewhere', `shop.${otherNamespace}`),
    lookUp('service elsewhere, short', 'shop'),
    lookUp('ExternalName', 'external'),
    lookUp('ExternalName to nothing', 'external-nowhere'),
    lookUp('headless service', 'headless'),
    lookUp('headless, IPv4 only', 'headless', '-4'),
    lookUp('headless, IPv6 only', 'headless', '-6'),
    lookUp('pod hostname.subdomain', 'first.headless'),
    lookUp('pod, full name', `first.headless.${full}`),
    lookUp('own hostname', '$HOSTNAME'),
    lookUp('hostAliases', 'aliased'),
    lookUp('hostAliases, dotted', 'aliased.example.test'),
    lookUp('localhost', 'localhost'),
    // Search lists.
    lookUp('5 dots, under a domain', 'one.two.three.four.five.six'),
    lookUp('node search domain', 'intranet'),
    lookUp('node search domain, dotted', 'wiki.tools'),
    lookUp('first candidate NODATA', 'database'),
    lookUp('first candidate SERVFAIL', 'flaky'),
    lookUp('does not exist, short', 'nosuchname'),
    // Outside the cluster.
    lookUp('external', 'www.example.test'),
    lookUp('external, trailing dot', 'www.example.test.'),
    lookUp('does not exist', 'no.such.name.example.test'),
    lookUp('no address', 'nodata.example.test'),
    lookUp('SERVFAIL', 'any.servfail.example.test'),
    lookUp('IPv6 only', 'six.example.test'),
    lookUp('IPv4 only', 'four.example.test'),
    lookUp('AAAA is NXDOMAIN', 'lopsided.example.test'),
    lookUp('AAAA is SERVFAIL', 'lame.example.test'),
    lookUp('40 addresses (TCP)', 'forty.example.test'),
    lookUp('chain of 10 aliases', 'chain.example.test'),
    lookUp('alias', 'alias.example.test'),
    lookUp('alias to nothing', 'dangling.example.test'),
    // musl takes no canonical name that is not a host name: docs/residual-divergences.md, V19.
    { what: 'underscore', by: 'getaddrinfo', words: ['under_score.example.test'] },
    lookUp('empty label', 'two..dots.example.test'),
    // Other kinds of question.
    { what: 'reverse, service', by: 'getnameinfo', words: [serviceAddress] },
    { what: 'reverse, pod', by: 'getnameinfo', words: [podAddress] },
    { what: 'reverse, external', by: 'getnameinfo', words: ['203.0.113.10'] },
    { what: 'reverse, none', by: 'getnameinfo', words: ['203.0.113.99'] },
    { what: 'SRV of a port', by: 'dig', words: [`_http._tcp.headless.${full}`, 'SRV'] },
    { what: 'SRV, searched', by: 'dig', options: ['+search'], words: ['_http._tcp.headless', 'SRV'] },
    { what: 'SRV, external', by: 'dig', words: ['_sip._tcp.example.test', 'SRV'] },
    { what: 'TXT, several strings', by: 'dig', words: ['text.example.test', 'TXT'] },
    { what: 'TXT, searched', by: 'dig', options: ['+search'], words: ['note', 'TXT'] },
    { what: 'A over TCP', by: 'dig', options: ['+tcp'], words: [`wiki.tools.${nodeSearchDomain}`, 'A'] },
  ];
}

function lookUp(what: string, name: string, ...options: string[]): Question {
  // With the canonical name.
  return { what, by: 'getaddrinfo', words: [name], options: ['-c', ...options] };
}
