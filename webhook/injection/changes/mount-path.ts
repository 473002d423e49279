/**
 * Whether a volume at this path lies on /etc/resolv.conf or on /etc. Kubelet and container runtime make the path absolute
 * and clean it as `filepath.Clean` does; symbolic links of the image are not known here. One pass, and nothing is kept
 * of a long path: it may fill a whole request.
 */
export function isOnResolvConf(path: string): boolean {
  const names: string[] = [];
  let depth = 0;
  for (let start = 0, end = 0; start < path.length; start = end + 1) {
    const slash = path.indexOf('/', start);
    end = slash < 0 ? path.length : slash;
    const name = path.slice(start, end);
    if (name === '' || name === '.') continue;
    if (name === '..') {
      depth = Math.max(depth - 1, 0);
      continue;
    }
    // Below the second name only the depth matters.
    if (depth < 2) names[depth] = name;
    depth++;
  }
  return names[0] === 'etc' && (depth === 1 || (depth === 2 && names[1] === 'resolv.conf'));
}
