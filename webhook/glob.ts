/**
 * Whether all of `text` is as `glob` says: `*` stands for any characters but `/`, `**` for any characters, everything
 * else for itself. All places of the glob that the text may have reached are followed at once, so that the time grows with
 * the length of the text, not with the number of ways to read it.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const [head = ''] = glob.split('*', 1);
  const tail = glob.slice(glob.lastIndexOf('*') + 1);
  if (head === glob) return text === glob;
  if (!text.startsWith(head) || !text.endsWith(tail)) return false;
  let places = pastStars(glob, new Set([0]));
  for (const character of text) {
    const reached = new Set<number>();
    for (const place of places) {
      const stars = starsAt(glob, place);
      if (stars === 0 && glob[place] === character) reached.add(place + 1);
      if (stars === 2 || (stars === 1 && character !== '/')) reached.add(place);
    }
    if (reached.size === 0) return false;
    places = pastStars(glob, reached);
  }
  return places.has(glob.length);
}

function starsAt(glob: string, place: number): 0 | 1 | 2 {
  if (glob[place] !== '*') return 0;
  return glob[place + 1] === '*' ? 2 : 1;
}

/** Stars stand for no character, too. */
function pastStars(glob: string, places: Set<number>): Set<number> {
  // A set hands out what is added while it is walked.
  for (const place of places) {
    const stars = starsAt(glob, place);
    if (stars > 0) places.add(place + stars);
  }
  return places;
}
