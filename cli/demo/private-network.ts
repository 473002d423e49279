/**
 * `--real` needs port 53, an address of the cluster's and an /etc/resolv.conf of its own: a network and mount
 * namespace, as root directly, else inside a user namespace. The demo runs itself again in there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { CLUSTER_DNS_ADDRESS } from './cluster-zone.ts';

/** Set in the environment of the demo that runs inside. */
const INSIDE = 'ALPINE_RESOLVER_DEMO_INSIDE';

const TOOLS: Readonly<Record<string, string>> = { unshare: 'util-linux', mount: 'mount', ip: 'iproute2' };

const SETUP = `ip link set lo up && ip address add ${CLUSTER_DNS_ADDRESS}/32 dev lo && mount --make-rprivate /`;
const TRIAL = `${SETUP} && mount --bind /etc/hosts /etc/resolv.conf`;

export function isInPrivateNetwork(): boolean {
  return process.env[INSIDE] === 'true';
}

/** The exit code of the demo inside; throws with the reason where namespaces cannot be made. */
export async function runInPrivateNetwork(): Promise<number> {
  const [program, ...flags] = findUnshare();
  const inside = ['sh', '-ec', `${SETUP}; exec "$@"`, 'sh'];
  const child = spawn(program, [...flags, ...inside, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: 'true' },
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
function findUnshare(): [string, ...string[]] {
  if (process.platform !== 'linux') throw new Error('--real needs Linux: it runs in private namespaces');
  const missing = Object.keys(TOOLS).filter((tool) => spawnSync(tool, ['--help']).error !== undefined);
  if (missing.length > 0)
    throw new Error(`--real needs ${missing.join(', ')}; install ${missing.map((tool) => TOOLS[tool]).join(' ')}`);
  const faults: string[] = [];
  for (const user of [[], ['--user', '--map-root-user']]) {
    const command: [string, ...string[]] = ['unshare', ...user, '--net', '--mount'];
    const trial = spawnSync(command[0], [...command.slice(1), 'sh', '-ec', TRIAL], { encoding: 'utf8' });
    if (trial.status === 0) return command;
    faults.push(`  ${command.join(' ')}: ${trial.stderr.trim().split('\n')[0]}`);
  }
  throw new Error(
    `--real is not allowed here, as root or with user namespaces:\n${faults.join('\n')}\nRun it as root, or allow user namespaces.`,
  );
}
