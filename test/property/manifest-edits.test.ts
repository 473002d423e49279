/** Random manifests in all forms of YAML: `inject` and `uninject` change what they say, and no other byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { contextFrom } from '../../cli/inject/context.ts';
import { injectManifest } from '../../cli/inject/inject.ts';
import { readManifest } from '../../cli/inject/manifests.ts';
import { readInjectOptions } from '../../cli/inject/options.ts';
import { uninjectManifest } from '../../cli/inject/uninject.ts';
import { changeText } from '../../cli/manifests/change-text.ts';
import { readDocuments } from '../../cli/manifests/documents.ts';
import { UsageError } from '../../cli/terminal/usage-error.ts';
import type { Json, JsonObject } from '../../webhook/kubernetes/json.ts';
import { writeManifest, type Choose } from './manifest-writer.ts';

const options = readInjectOptions(['-f', 'x']);
if (typeof options === 'string') throw new Error('these are options');
const contextOf = contextFrom([], options);
/**
 * Shares of so few runs vary: these have one seed. `PROPERTY_RUNS=1000` takes another seed each time, and the shares are
 * near what they are.
 */
const chosenRuns = process.env['PROPERTY_RUNS'];
const runs = chosenRuns === undefined ? { numRuns: 30, seed: 4 } : { numRuns: Number(chosenRuns) };

/** Choices that fast-check can repeat and make smaller. */
const choices = fc.array(fc.nat(1000), { minLength: 20, maxLength: 400 });

function chooser(numbers: readonly number[]): Choose {
  let at = 0;
  return (bound) => (numbers[at++ % numbers.length] ?? 0) % bound;
}

const word = fc.constantFrom('web', 'cache', 'main', 'x y', '10', 'true', "it's", 'a: b', '', 'two\n', '#', 'ünï');
const variable = fc.record({ name: fc.constantFrom('LOG', 'MODE', 'A_B'), value: word });
const container = (name: string): fc.Arbitrary<JsonObject> =>
  fc.record(
    {
      name: fc.constant(name),
      image: fc.constantFrom('nginx:alpine', 'alpine:3.22', 'debian:12'),
      env: fc.array(variable, { maxLength: 3 }),
      volumeMounts: fc.array(fc.record({ name: fc.constant('data'), mountPath: fc.constantFrom('/a', '/b') }), {
        maxLength: 2,
      }),
      command: fc.array(word, { maxLength: 3 }),
      resources: fc.constantFrom({}, { limits: { memory: '64Mi' } }),
    },
    { requiredKeys: ['name', 'image'] },
  ) as fc.Arbitrary<JsonObject>;

const pod = (fields: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> =>
  fc.record(
    {
      containers: fc.tuple(container('web'), container('other')).map((all) => all as Json),
      initContainers: fc.oneof(
        fc.constant([]),
        container('first').map((one) => [one]),
      ) as fc.Arbitrary<Json>,
      volumes: fc.constantFrom<Json>([], [{ name: 'data', emptyDir: {} }]),
      securityContext: fc.constantFrom<Json>(
        {},
        { runAsUser: 1000 },
        { sysctls: [{ name: 'net.core.somaxconn', value: '8' }] },
      ),
      restartPolicy: fc.constant<Json>('Always'),
      ...fields,
    },
    { requiredKeys: ['containers'] },
  ) as fc.Arbitrary<JsonObject>;

const metadata = fc.record(
  {
    labels: fc.constantFrom<Json>({ app: 'web' }, {}, { app: 'web', tier: 'x y' }),
    annotations: fc.constantFrom<Json>({ note: 'a: b' }, {}),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

function workload(spec: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const template = fc.record({ metadata, spec }, { requiredKeys: ['spec'] });
  return fc
    .oneof(
      template.map((made) => ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { template: made },
      })),
      template.map((made) => ({
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { generateName: 'web-' },
        spec: { schedule: '* * * * *', jobTemplate: { spec: { template: made } } },
      })),
      fc.record({ spec, metadata }).map((made) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { generateName: 'web-', ...made.metadata },
        spec: made.spec,
      })),
      fc.array(template, { minLength: 1, maxLength: 2 }).map((made) => ({
        apiVersion: 'example.com/v1',
        kind: 'Cluster',
        metadata: { name: 'c' },
        spec: { groups: made.map((one, i) => ({ name: `g${i}`, template: one })) },
      })),
    )
    .map((object) => JSON.parse(JSON.stringify(object)) as JsonObject);
}

const service: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's' },
  spec: { ports: [{ port: 80 }] },
};

function file(spec: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject[]> {
  return fc.oneof(
    fc.array(fc.oneof(workload(spec), fc.constant(service)), { minLength: 1, maxLength: 3 }),
    fc
      .array(workload(spec), { minLength: 1, maxLength: 2 })
      .map((items) => [{ apiVersion: 'v1', kind: 'List', items }]),
  );
}

/** The data as a reader that shares nothing with the editor sees it. */
function dataOf(text: string): Json[] {
  return parseAllDocuments(text, { version: '1.1', merge: true }).flatMap((document) => {
    expect(document.errors).toStrictEqual([]);
    const value = document.toJS() as Json;
    return value === null ? [] : [value];
  });
}

/** Whether `part` is what remains of `whole` when some characters are left out. */
function remainsIn(part: string, whole: string): boolean {
  let at = 0;
  for (let i = 0; i < whole.length && at < part.length; i++) if (whole[i] === part[at]) at++;
  return at === part.length;
}

function injected(text: string) {
  return injectManifest(readManifest({ title: 'f', text }, 'default'), contextOf);
}

function restored(text: string): string {
  return uninjectManifest(readManifest({ title: 'f', text }, 'default'), (name) => contextOf(name).namespace).change
    .text;
}

/** Undefined: it is refused, and with its place. */
function unlessRefused<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof UsageError && /^f:\d+:\d+: this cannot be changed/.test(error.message)) return undefined;
    throw error;
  }
}

describe('inject and uninject, over manifests in all forms', () => {
  it('the writer writes what it is given', () => {
    fc.assert(
      fc.property(file(pod({})), choices, (objects, numbers) => {
        expect(dataOf(writeManifest(objects, chooser(numbers)).text)).toStrictEqual(objects);
      }),
      runs,
    );
  });

  it('an injection adds, and leaves each byte that stands there', () => {
    let refused = 0;
    fc.assert(
      fc.property(file(pod({})), choices, (objects, numbers) => {
        const { text, forms } = writeManifest(objects, chooser(numbers));
        const result = unlessRefused(() => injected(text));
        if (!result) return void refused++;
        const isRewritten = forms.has('alias') || result.change.notes.some((note) => note.includes('written out'));
        if (!isRewritten) expect(remainsIn(text, result.change.text)).toBe(true);
        const verdicts = new Set(result.verdicts.map(({ outcome }) => outcome));
        if (!verdicts.has('changed')) expect(result.change.text).toBe(text);
      }),
      runs,
    );
    expect(refused / runs.numRuns).toBeLessThan(0.02);
  });

  it('injected twice is injected once', () => {
    fc.assert(
      fc.property(file(pod({})), choices, (objects, numbers) => {
        const once = unlessRefused(() => injected(writeManifest(objects, chooser(numbers)).text).change.text);
        if (once !== undefined) expect(injected(once).change.text).toBe(once);
      }),
      runs,
    );
  });

  it('uninject brings the bytes back, or inject says where it will not', () => {
    let exact = 0;
    fc.assert(
      fc.property(
        file(
          pod({
            dnsPolicy: fc.constantFrom<Json>('ClusterFirst', 'Default', 'None'),
            dnsConfig: fc.constantFrom<Json>(
              { nameservers: ['192.0.2.1'], searches: ['corp.example', 'x.example'] },
              { options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] },
              { searches: ['a.example'], nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] },
            ),
          }),
        ),
        choices,
        (objects, numbers) => {
          const { text } = writeManifest(objects, chooser(numbers));
          const result = unlessRefused(() => injected(text));
          if (!result) return;
          const back = restored(result.change.text);
          if (back === text) return void exact++;
          expect(result.change.notes.some((note) => note.includes('uninject restores'))).toBe(true);
          expect(result.change.notes.some((note) => note.includes('not all'))).toBe(false);
        },
      ),
      runs,
    );
    expect(exact / runs.numRuns).toBeGreaterThan(0.3);
  });

  it('where nothing but plain values is replaced, and no empty part in brackets is filled, the bytes come back', () => {
    const dns = { dnsPolicy: fc.constantFrom<Json>('ClusterFirst', 'Default') };
    const filled = file(pod(dns)).map((objects) => withoutEmpty(objects) as JsonObject[]);
    fc.assert(
      fc.property(filled, choices, (objects, numbers) => {
        const { text } = writeManifest(objects, chooser(numbers), true);
        const { change } = injected(text);
        expect(change.notes).toStrictEqual([]);
        expect(restored(change.text)).toBe(text);
      }),
      runs,
    );
  });
});

function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const);
  return Object.fromEntries(
    members.filter(([, member]) => typeof member !== 'object' || member === null || Object.keys(member).length > 0),
  );
}

describe('changes of any sort', () => {
  it('are written so that another reader sees them, or refused with their place', () => {
    let refused = 0;
    const anyValue = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(
        file(pod({})),
        choices,
        fc.array(fc.tuple(fc.nat(1000), fc.nat(3), anyValue), { maxLength: 4 }),
        (objects, numbers, changes) => {
          const { text } = writeManifest(objects, chooser(numbers));
          const source = readDocuments(text, 'f');
          const wanted = source.documents.map(({ object }) => JSON.parse(JSON.stringify(object)) as JsonObject);
          for (const [at, how, value] of changes) change(wanted[at % wanted.length], { at, how, value });
          const result = unlessRefused(() => changeText(text, source, wanted));
          if (!result) return void refused++;
          expect(JSON.parse(JSON.stringify(dataOf(result.text)))).toEqual(JSON.parse(JSON.stringify(wanted)));
        },
      ),
      runs,
    );
    expect(refused / runs.numRuns).toBeLessThan(0.25);
  });
});

/** Sets, removes or adds something at a place that the numbers choose. */
function change(value: Json | undefined, { at, how, value: fresh }: { at: number; how: number; value: Json }): void {
  if (typeof value !== 'object' || value === null) return;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)];
  const child = key === undefined ? undefined : (value as JsonObject)[key];
  if (typeof child === 'object' && child !== null && at % 4 !== 0)
    return change(child, { at: Math.floor(at / 3) + 1, how, value: fresh });
  if (Array.isArray(value)) {
    if (how === 0) value.splice(at % (value.length + 1), 0, fresh);
    else if (how === 1) value.splice(at % Math.max(1, value.length), 1);
    else if (value.length > 0) value[at % value.length] = fresh;
  } else if (how === 0) value[`new${at % 3}`] = fresh;
  else if (how === 1 && key !== undefined) delete value[key];
  else if (key !== undefined) value[key] = fresh;
}
