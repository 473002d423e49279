/** What the sidecar says while it serves, in a line each: what it follows now, and what it could not use. */
import { printable } from '../terminal/output.ts';
import type { LogLine } from './programs.ts';

/** Undefined: nothing for a reader of the demo. */
export function sidecarNews(line: LogLine): string | undefined {
  const { event, level } = line;
  if (event === 'configured') return `the sidecar follows: ${printable(configurationText(line))}`;
  if (level !== 'warn' && level !== 'error') return undefined;
  const details = Object.entries(line).filter(([name]) => !alwaysThere.includes(name));
  const text = details.map(([name, value]) => `${name} ${valueText(value)}`).join(', ');
  return `the sidecar says: ${printable(`${String(event)}${text === '' ? '' : ` (${text})`}`)}`;
}

const alwaysThere = ['time', 'level', 'event'];

function configurationText({ nameservers, search, options, mode }: LogLine): string {
  const list = (name: string, values: unknown) =>
    Array.isArray(values) && values.length > 0 ? [`${name} ${values.map(String).join(' ')}`] : [];
  const text = typeof options === 'string' && options !== '' ? [`options ${options}`] : list('options', options);
  return [...list('nameserver', nameservers), ...list('search', search), ...text, `mode ${String(mode)}`].join('; ');
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
