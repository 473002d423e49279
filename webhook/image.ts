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

/** `registry:5000/path/name:tag@digest` → repository and tag; a colon before a slash belongs to the registry's port. */
export function splitReference(reference: string): { repository: string; tag: string } {
  const named = reference.split('@', 1)[0] ?? '';
  const colon = named.lastIndexOf(':');
  if (colon <= named.lastIndexOf('/')) return { repository: named, tag: '' };
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1) };
}
