/** A number of things, in words: `1 pod`, `2 pods`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
