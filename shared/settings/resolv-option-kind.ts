/** The options of resolv.conf as a setting has them: stricter than glibc, which passes over what it does not know. */
import { suggestName } from '../values/suggest-name.ts';
import { didYouMean, list, type Refusal, type ValueKind } from '../values/value-kinds.ts';
import { flagOptions, numberOptionNames, numberOptions, type NumberOptionName } from '../resolv-conf/option-table.ts';

const flagOptionNames: readonly string[] = flagOptions.map(([name]) => name);

/** Options that glibc once had, or has for other purposes: accepted, without effect. */
const ignoredOptions: readonly string[] = [
  'debug',
  'inet6',
  'ip6-bytestring',
  'ip6-dotint',
  'no-ip6-dotint',
  'no-check-names',
];

/** The words of an `options` line. */
export function resolvOptions(): ValueKind<string[]> {
  return list(resolvOption());
}

function resolvOption(): ValueKind<string> {
  const numbers = numberOptionNames.map((name) => `${name}:${numberOptions[name].min}–${numberOptions[name].max}`);
  const accepted = `resolv.conf option (${[...numbers, ...flagOptionNames].join(', ')}; flags also as -name)`;
  return {
    name: 'resolv.conf option',
    parse: (text) => {
      const fault = faultOf(text);
      return fault === undefined ? { ok: true, value: text } : { ok: false, accepted, ...fault };
    },
    format: (value) => value,
    describe: () => accepted,
  };
}

/** undefined: there is none. */
function faultOf(text: string): Pick<Refusal, 'fault'> | undefined {
  const [, minus = '', name = '', separator = '', number = ''] = /^(-?)([^:=]*)([:=]?)(.*)$/s.exec(text) ?? [];
  if (isNumeric(name)) return minus === '' ? faultOfNumber(name, separator, number) : { fault: 'only flags take a -' };
  const isFlag = flagOptionNames.includes(name) || ignoredOptions.includes(name);
  if (isFlag) return separator === '' ? undefined : { fault: `${name} takes no value` };
  const meant = suggestName(name, [...numberOptionNames, ...flagOptionNames]);
  return didYouMean(meant && minus + meant + separator.replace('=', ':') + number);
}

function isNumeric(name: string): name is NumberOptionName {
  return Object.hasOwn(numberOptions, name);
}

function faultOfNumber(name: NumberOptionName, separator: string, number: string): Pick<Refusal, 'fault'> | undefined {
  const { min, max } = numberOptions[name];
  if (!/^\d{1,3}$/.test(number) || Number(number) < min || Number(number) > max)
    return { fault: `${name} takes a number from ${min} to ${max}` };
  return separator === ':' ? undefined : didYouMean(`${name}:${number}`);
}
