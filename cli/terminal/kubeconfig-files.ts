/** The files that KUBECONFIG names; undefined: it is not set. */
import { delimiter } from 'node:path';

export function kubeconfigFiles(): readonly string[] | undefined {
  const { KUBECONFIG } = process.env;
  if (KUBECONFIG === undefined || KUBECONFIG === '') return undefined;
  return KUBECONFIG.split(delimiter).filter((file) => file !== '');
}
