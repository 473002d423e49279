/** Finds links that lead nowhere. */
import { posix } from 'node:path';

/** Links of a Markdown page that lead nowhere inside the project. Files: path from the root → text (empty for others). */
export function brokenLinks(path: string, text: string, files: ReadonlyMap<string, string>): string[] {
  return linkTargets(text)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)).replace(/\/$/, '');
      const isFolder = [...files.keys()].some((known) => known.startsWith(`${linked}/`));
      if (!files.has(linked) && !isFolder) return true;
      return anchor !== undefined && !headingAnchors(files.get(linked) ?? '').includes(anchor);
    })
    .map((target) => `${path} links to ${target}`);
}

function linkTargets(text: string): string[] {
  const prose = withoutCode(text);
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)];
  const html = [...prose.matchAll(/(?:href|src)="([^"]+)"/g)];
  return [...inline, ...references, ...html].map(([, target = '']) => target);
}

/** As GitHub makes them: lower case, punctuation gone, blanks to hyphens, `-1` on repetition. */
export function headingAnchors(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, title = '']) => {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

function withoutFences(text: string): string {
  return text.replace(/^(\s*)(```|~~~)[\s\S]*?^\s*\2\s*$/gm, '');
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, '');
}
