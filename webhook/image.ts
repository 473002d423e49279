/**
 * Recognises an Alpine image by its reference: the repository is called `alpine`, or a part of the tag is `alpine`
 * with an optional version (`22-alpine`, `1.27-alpine3.20`). An image of one's own that hides its base needs the
 * annotation `inject: always`.
 */
export function isAlpineImage(reference: string): boolean {
  const { repository, tag } = splitReference(reference);
  const baseName = repository.slice(repository.lastIndexOf('/') + 1);
  return baseName === 'alpine' || tag.split(/[-_.]/).some((part) => /^alpine\d*$/.test(part));
}

/** Whether the image is known to bring a DNS server, by its name: a version may follow. */
export function isDnsServerImage(reference: string): boolean {
  const { repository } = splitReference(reference.toLowerCase());
  const baseName = repository.slice(repository.lastIndexOf('/') + 1);
  return dnsServers.has(baseName.replace(/-\d+$/, '')) || /(^|\/)technitium\/dns-server$/.test(repository);
}

const dnsServers = new Set(
  (
    'gluetun pihole adguardhome dnsmasq go-dnsmasq unbound bind9 coredns blocky dnsdist dnscrypt-proxy knot-resolver ' +
    'pdns-recursor dnsdock'
  ).split(' '),
);

/** `registry:5000/path/name:tag@digest` → repository and tag; a colon before a slash belongs to the registry's port. */
export function splitReference(reference: string): { repository: string; tag: string } {
  const named = reference.split('@', 1)[0] ?? '';
  const colon = named.lastIndexOf(':');
  if (colon <= named.lastIndexOf('/')) return { repository: named, tag: '' };
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1) };
}
