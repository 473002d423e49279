/** What may be odd about a container on a Docker host. */

/** Each has a line in the log, once for each container. */
export const containerOddities = {
  'bad-value': 'A label or a variable of the container has a value that cannot be what it is for; it does not count.',
  'odd-name': 'The name of the container cannot be part of a domain name; its other names are answered for.',
  'no-address': 'The container has no address that could be answered with; it has no name until it has one.',
  unreadable: 'The API cannot say what the container is; it stays as it was, and is looked at again.',
} as const;

export type ContainerOddity = keyof typeof containerOddities;
