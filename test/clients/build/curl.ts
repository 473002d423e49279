/** curl built with musl, for HTTP alone. */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../support/machine/command.ts';
import { unpackedSource } from '../../support/machine/debian.ts';
import { built, kernelHeaders } from '../../support/programs/builds.ts';
import { sourcesSuite } from './sources.ts';

const without = ['ssl', 'zlib', 'brotli', 'zstd', 'libpsl', 'libidn2', 'nghttp2', 'librtmp', 'libssh2'];
const disabled = [
  'shared',
  'dependency-tracking',
  'manual',
  'dict',
  'file',
  'ftp',
  'gopher',
  'imap',
  'ldap',
  'mqtt',
  'pop3',
  'rtsp',
  'smb',
  'smtp',
  'telnet',
  'tftp',
];

const program = 'curl';

export async function buildCurl(): Promise<string> {
  const headers = await kernelHeaders();
  const folder = await built('curl-musl', [await readFile(import.meta.filename, 'utf8')], async (draft) => {
    const source = join(draft, 'source');
    await mkdir(source);
    await unpackedSource(sourcesSuite, 'curl', source);
    const options = [...without.map((part) => `--without-${part}`), ...disabled.map((part) => `--disable-${part}`)];
    const env = { CC: 'musl-gcc', CPPFLAGS: `-isystem ${headers}` };
    await runCommand('./configure', options, { cwd: source, env });
    await runCommand('make', ['-s', '-j2', '-C', source]);
    await copyFile(join(source, 'src', program), join(draft, program));
    await rm(source, { recursive: true });
  });
  return join(folder, program);
}
