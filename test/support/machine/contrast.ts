/** Contrast of two colours (WCAG 2.2, 1.4.3), as a browser has them: a function for the page. */
const contrast = `(one, other) => {
  const parts = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const light = (text) => parts(text).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0) + 0.05;
  const [a, b] = [light(one), light(other)];
  return Math.max(a, b) / Math.min(a, b);
}`;

/**
 * The source of an expression for a browser: HTML of the elements whose text has less contrast than 4.5 with what is behind it.
 * @param isLooked source of a condition on `node`
 */
export function illegible(selector: string, isLooked: string): string {
  return `(() => {
    const contrast = ${contrast};
    const backOf = (node) => {
      const colour = getComputedStyle(node).backgroundColor;
      return colour === 'rgba(0, 0, 0, 0)' ? backOf(node.parentElement) : colour;
    };
    return [...document.querySelectorAll('${selector}')]
      .filter((node) => ${isLooked})
      .filter((node) => contrast(getComputedStyle(node).color, backOf(node)) < 4.5)
      .map((node) => node.outerHTML);
  })()`;
}
