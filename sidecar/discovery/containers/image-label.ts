/** The labels that the image of a container gives its name. */

/** Without registry, path, tag and digest; empty where the image is named by its id alone. */
export function imageLabel(reference: string, imageId: string): string {
  const [withTag = ''] = reference.slice(reference.lastIndexOf('/') + 1).split('@');
  const name = withTag.replace(/:[^:]*$/, '');
  const id = imageId.replace(/^sha256:/, '');
  const isId = /^[\da-f]{6,64}$/.test(name) && id.startsWith(name);
  return isId || reference.startsWith('sha256:') ? '' : name;
}
