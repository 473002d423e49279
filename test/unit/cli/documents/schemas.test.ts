/** Documents for programs hold what their published schemas say, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { explanationDocument } from '../../../../cli/report/explanation-document.ts';
import { formatDocument } from '../../../../cli/report/format-document.ts';
import { explain } from '../../../../cli/explain/explain.ts';
import { readExplainOptions } from '../../../../cli/explain/options.ts';
import { inject } from '../../../../cli/inject/inject.ts';
import { readInjectOptions, readUninjectOptions } from '../../../../cli/inject/options.ts';
import type { Outcome } from '../../../../cli/inject/result.ts';
import { uninject } from '../../../../cli/inject/uninject.ts';

const folder = join(import.meta.dirname, '..');

function validator(name: string) {
  const schema = JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8')) as object;
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  const validate = ajv.compile(schema);
  return (document: unknown): string[] =>
    validate(document) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}

describe('explain', () => {
  const faultsOf = validator('explanation-v1');
  const scenarios = readdirSync(join(folder, 'explain', 'scenarios'));

  test.each(scenarios)('%s', async (file) => {
    const place = `explain/scenarios/${file}`;
    const [, line = ''] = /^# explain: (.*)$/m.exec(readFileSync(join(folder, place), 'utf8')) ?? [];
    const args = line.replace('manifests/', 'explain/manifests/').split(' ');
    const options = readExplainOptions([...args, '--scenario', place, '--output', 'json']);
    if (typeof options === 'string') throw new Error(options);
    const explanation = await explain(options, { folder, onDone: () => {} });
    const document = explanationDocument({ ...explanation, real: [{ title: 'real musl', lookup: explanation.glibc }] });
    const json: unknown = JSON.parse(formatDocument(document, 'json'));
    expect(faultsOf(json)).toStrictEqual([]);
    expect(parse(formatDocument(document, 'yaml'))).toStrictEqual(json);
  });

  test('a document that says more is found', () => {
    expect(faultsOf({ apiVersion: 'cli.alpine-resolver.io/v1', kind: 'Explanation', more: 1 })).toContain(
      ' must NOT have additional properties',
    );
  });
});

describe('inject and uninject', () => {
  const faultsOf = validator('injection-report-v1');
  const given = readdirSync(join(folder, 'inject', 'given'));
  const reportOf = ({ report }: Outcome): string => report.map(({ line }) => line).join('\n');

  test.each(given)('%s', (file) => {
    const where = { folder, columns: 80 };
    for (const format of ['json', 'yaml']) {
      const args = ['-f', `inject/given/${file}`, '--output', format];
      const [options, undo] = [readInjectOptions(args), readUninjectOptions(args)];
      if (typeof options === 'string' || typeof undo === 'string') throw new Error('no options');
      expect(faultsOf(parse(reportOf(inject(options, where))))).toStrictEqual([]);
      expect(faultsOf(parse(reportOf(uninject(undo, where))))).toStrictEqual([]);
    }
  });

  test('a form that there is not', () => {
    expect(() => readInjectOptions(['-f', 'a', '-o', 'xml'])).toThrow('--output xml: it is one of table, json, yaml');
  });
});

describe('what a terminal would obey', () => {
  const odd = { text: 'a\x1b[31m\x7f\x9b\u202eb\nc "q" \u200b' };

  test.each(['json', 'yaml'] as const)('is escaped in %s, and read back', (format) => {
    const text = formatDocument(odd, format);
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]/);
    expect(format === 'json' ? JSON.parse(text) : parse(text)).toStrictEqual(odd);
  });
});
