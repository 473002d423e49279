/** What BusyBox finds from within a container. */
import { tryRun } from '../../support/machine/command.ts';

/** `options`: of `docker run`. Gives the addresses in the order of their texts, else the last line of what it says. */
export async function look(options: string, name: string): Promise<string> {
  const { stdout, stderr } = await tryRun('docker', `run --rm ${options} alpine nslookup -type=a ${name}`.split(' '));
  const [, found = ''] = stdout.split(/\n\n/);
  const addresses = [...found.matchAll(/^Address: (\S+)$/gm)].map(([, address = '']) => address);
  return addresses.length > 0 ? addresses.toSorted().join(' ') : ((stdout + stderr).trim().split('\n').at(-1) ?? '');
}
