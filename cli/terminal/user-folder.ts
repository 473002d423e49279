/** Where the user stands: names of files on the command line begin there. */
import { dirname } from 'node:path';

/** npm runs scripts in the package's folder, whatever the user's is, and says the latter in INIT_CWD. */
export function userFolder(): string {
  const { INIT_CWD, npm_package_json, npm_package_name } = process.env;
  const isOwnScript =
    npm_package_name === 'alpine-resolver' &&
    npm_package_json !== undefined &&
    dirname(npm_package_json) === process.cwd();
  return isOwnScript && INIT_CWD !== undefined && INIT_CWD !== '' ? INIT_CWD : process.cwd();
}
