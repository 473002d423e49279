/** Finds values in manifests that the programs would refuse. */
import { parseAllDocuments } from 'yaml';
import { readEnvironment } from '../../../shared/settings/read-settings.ts';
import { sidecarSettings, webhookSettings } from '../../../shared/settings/settings.ts';

/** Values in the environments of a manifest's containers that the programs would refuse. */
export function environmentFaults(yaml: string): string[] {
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
  return documents.flatMap(environmentsIn).flatMap((environment) => {
    const read = [readEnvironment(sidecarSettings, environment), readEnvironment(webhookSettings, environment)];
    return read.flatMap(({ issues }) => issues.map(({ message }) => message));
  });
}

/** Every `env` list below a value; a variable without a literal value is left out. */
function environmentsIn(value: unknown): Record<string, string>[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(environmentsIn);
  if (!('env' in value) || !Array.isArray(value.env)) return below;
  const entries = value.env as { name?: unknown; value?: unknown }[];
  const literal = entries.filter((entry) => typeof entry.name === 'string' && typeof entry.value === 'string');
  return [Object.fromEntries(literal.map((entry) => [String(entry.name), String(entry.value)])), ...below];
}
