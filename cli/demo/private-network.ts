/**
 * `--real` needs port 53, an address of the cluster's and an /etc/resolv.conf of its own: a network and mount
 * namespace, as root directly, else inside a user namespace. The demo runs itself again in there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { isIPv6, Socket } from 'node:net';

/** Set in the environment of the demo that runs inside. */
const insideVariable = 'ALPINE_RESOLVER_DEMO_INSIDE';

const tools: Readonly<Record<string, string>> = { unshare: 'util-linux', mount: 'mount', ip: 'iproute2' };

const setupOf = (address: string) =>
  `ip link set lo up && ip address add ${address}/${isIPv6(address) ? '128 nodad' : 32} dev lo && mount --make-rprivate /`;
const trialOf = (address: string) => `${setupOf(address)} && mount --bind /etc/hosts /etc/resolv.conf`;

/** A pipe to the demo outside, which the kernel closes however that one ends. */
const guardDescriptor = 3;

export function isInPrivateNetwork(): boolean {
  return process.env[insideVariable] === 'true';
}

/** Inside: resolves when the demo outside is gone. */
export function outerDemoGone(): Promise<void> {
  return new Promise((resolve) => {
    const guard = new Socket({ fd: guardDescriptor });
    guard.on('end', resolve).on('error', () => resolve());
    guard.resume();
  });
}

/**
 * The exit code of the demo inside; throws with the reason where namespaces cannot be made.
 * @param address that of the cluster DNS
 */
export async function runInPrivateNetwork(address: string): Promise<number> {
  const [program, ...flags] = findUnshare(address);
  const inside = ['sh', '-ec', `${setupOf(address)}; exec "$@"`, 'sh'];
  const child = spawn(program, [...flags, ...inside, process.execPath, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, [insideVariable]: 'true' },
  });
  // Ctrl-C reaches the whole process group; the demo inside ends itself, and this one with it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** `unshare` with the flags that work here. */
function findUnshare(address: string): [string, ...string[]] {
  if (process.platform !== 'linux') throw new Error('--real needs Linux: it runs in private namespaces');
  const missing = Object.keys(tools).filter((tool) => spawnSync(tool, ['--help']).error !== undefined);
  if (missing.length > 0)
    throw new Error(`--real needs ${missing.join(', ')}; install ${missing.map((tool) => tools[tool]).join(' ')}`);
  const faults: string[] = [];
  for (const user of [[], ['--user', '--map-root-user']]) {
    const command: [string, ...string[]] = ['unshare', ...user, '--net', '--mount'];
    const trial = spawnSync(command[0], [...command.slice(1), 'sh', '-ec', trialOf(address)], { encoding: 'utf8' });
    if (trial.status === 0) return command;
    faults.push(`  ${command.join(' ')}: ${trial.stderr.trim().split('\n')[0]}`);
  }
  throw new Error(
    `--real is not allowed here, as root or with user namespaces:\n${faults.join('\n')}\nRun it as root, or allow user namespaces.`,
  );
}
