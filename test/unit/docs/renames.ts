/** Reads the table of renames in the changelog. */
import {
  annotationName,
  environmentName,
  type SettingDefinition,
} from '../../../shared/settings/setting-definition.ts';
import { sidecarSettings, webhookSettings } from '../../../shared/settings/settings.ts';
import { namePrefix } from '../../../shared/values/names.ts';

/** The table of names that changed: what, old, new. `rest` is the page without the old names. */
export function readRenames(page: string): { renames: string[][]; rest: string } {
  const [before = '', ...tables] = page.split('| What | Old | New |\n|---|---|---|\n');
  const renames: string[][] = [];
  const parts = tables.map((table) => {
    const lines = table.split('\n');
    const end = lines.findIndex((line) => !line.startsWith('| '));
    const rows = lines.slice(0, end).map((line) => line.slice(2, -2).split(' | '));
    renames.push(...rows);
    return [...rows.map(([what, , now]) => `${what} ${now}`), ...lines.slice(end)].join('\n');
  });
  return { renames, rest: [before, ...parts].join('\n') };
}

/** Old and present name of each setting that had another one, as the table writes them. */
export function oldKeyNames(): string[][] {
  const definitions: readonly SettingDefinition[] = [...sidecarSettings, ...webhookSettings];
  return definitions.flatMap((definition) =>
    (definition.oldKeys ?? []).map((key) => [shown({ ...definition, key }), shown(definition)]),
  );
}

function shown(definition: SettingDefinition): string {
  return `\`${annotationName(definition.key).slice(namePrefix.length)}\` (\`${environmentName(definition)}\`)`;
}
