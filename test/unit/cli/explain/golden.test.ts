/** Scenarios and what `explain` says of them at 80 columns. Each file begins with its command line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explanationText } from '../../../../cli/report/explanation-text.ts';
import { explainScenario } from './explain-scenario.ts';

const folder = import.meta.dirname;
const names = readdirSync(join(folder, 'scenarios')).map((file) => file.replace('.yaml', ''));

describe.each(names)('%s', (name) => {
  test('is explained', async () => {
    const [, line = ''] =
      /^# explain: (.*)$/m.exec(readFileSync(join(folder, 'scenarios', `${name}.yaml`), 'utf8')) ?? [];
    const explanation = await explainScenario(line.split(' '), `scenarios/${name}.yaml`, folder);
    const lines = explanationText(explanation, 80);
    expect(lines.filter((text) => text.length > 80)).toStrictEqual([]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`expected/${name}.txt`);
  });
});
