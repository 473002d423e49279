/** Findings in the forms of other tools: SARIF by its schema, JUnit as XML that says the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { check } from '../../../../cli/check/check.ts';
import { junitText } from '../../../../cli/check/junit.ts';
import { readCheckOptions } from '../../../../cli/check/options.ts';
import { sarifDocument } from '../../../../cli/check/sarif.ts';
import { checkReasons } from '../../../../shared/report/check-reasons.ts';
import { readOptions } from './read-options.ts';

const given = join(import.meta.dirname, 'given');
const checked = (...files: string[]) => check(readOptions(...files.flatMap((file) => ['-f', file])), given);

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly object[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

describe('SARIF', () => {
  const bytes = readFileSync('test/support/sarif/sarif-2.1.0.json.gz');
  // Formats are hints there.
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  const validate = ajv.compile(JSON.parse(gunzipSync(bytes).toString()) as object);

  test.each(readdirSync(given))('of %s is valid', (file) => {
    validate(sarifDocument(checked(file)));
    expect(validate.errors ?? []).toStrictEqual([]);
  });

  test('has a rule for each code, and the place of each finding', () => {
    const { runs } = sarifDocument(checked('unsearched-name.yaml')) as Sarif;
    const [{ tool, results }] = runs;
    const { rules } = tool.driver;
    expect(rules.map(({ id }) => id)).toStrictEqual(Object.keys(checkReasons));
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(results[0]).toMatchObject({
      ruleId: 'name-not-searched',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'unsearched-name.yaml' },
            region: { startLine: 19, startColumn: 11 },
          },
          logicalLocations: [{ fullyQualifiedName: 'shop/CronJob/report' }],
        },
      ],
    });
  });

  test('fingerprints are of one finding each', () => {
    const { runs } = sarifDocument(checked('unsearched-name.yaml', 'headless.yaml')) as Sarif;
    const prints = runs[0].results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0]);
    expect(new Set(prints).size).toBe(prints.length);
    expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('JUnit', () => {
  test('has a test for each workload, which fails by what is asked for', () => {
    const result = checked('annotations.yaml');
    expect(junitText(result, 'error')).toContain('tests="2" failures="1"');
    expect(junitText(result, 'warning')).toContain('tests="2" failures="2"');
    expect(junitText(result, undefined)).toContain('tests="2" failures="0"');
  });

  test('one of them', async () => {
    await expect(junitText(checked('annotations.yaml'), 'error')).toMatchFileSnapshot('expected/annotations.junit.xml');
  });

  test('text of others is text there', () => {
    const result = checked('opted-in.yaml');
    const odd = { ...result, findings: result.findings.map((each) => ({ ...each, text: '<a> & "b"\u0001' })) };
    const xml = junitText(odd, 'note');
    expect(xml).toContain('message="&lt;a&gt; &amp; &quot;b&quot;\\u{1}"');
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(xml).not.toMatch(/[\u0000-\u0008]/);
  });
});

test('what is played has no lines', () => {
  expect(() => readCheckOptions(['-f', 'a', '--what-if', '-o', 'sarif'])).toThrow(
    '--what-if with --output sarif: what is played is no finding of a line',
  );
});
