/** The variables of go-dnsmasq beside those that take their place. */
import { oldVariables, type OldVariable } from '../../shared/settings/old-variables.ts';
import { environmentName } from '../../shared/settings/setting-definition.ts';
import { code, table } from './markdown.ts';

export function oldVariablesTable(variables: readonly OldVariable[] = oldVariables): string {
  const rows = variables.map(({ option, name, settings, remark = '' }) => [
    option === undefined ? '' : code(option),
    code(name),
    settings.map((key) => code(environmentName({ key, program: 'sidecar' }))).join(', ') || 'none',
    remark,
  ]);
  return table(['Option', 'Variable', 'In its place', 'Remark'], rows);
}
