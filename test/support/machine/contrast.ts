/** Contrast of two colours (WCAG 2.2, 1.4.3), as a browser has them: a function for the page. */
export const contrast = `(one, other) => {
  const parts = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const light = (text) => parts(text).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0) + 0.05;
  const [a, b] = [light(one), light(other)];
  return Math.max(a, b) / Math.min(a, b);
}`;
