/** JSON patches, applied as the API server does, beside another library. */
import fc from 'fast-check';
import fastJsonPatch from 'fast-json-patch';
import { expect, test } from 'vitest';
import { applyPatch, pointer, type Operation } from '../../webhook/injection/patch/apply-patch.ts';
import type { Json, JsonObject } from '../../webhook/kubernetes/json.ts';

test('random operations give what another library gives', () => {
  const step = fc.constantFrom('a', 'b', '0', '1', '2', '-', 'x/y', 'x~y');
  const path = fc.array(step, { minLength: 1, maxLength: 3 }).map(pointer);
  const value = fc.jsonValue({ maxDepth: 2 });
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom('add', 'replace'), path, value }),
    fc.record({ op: fc.constant('remove'), path }),
    fc.record({ op: fc.constant('move'), from: path, path }),
  ) as fc.Arbitrary<Operation>;
  const leaf = fc.constantFrom(1, 'text', null, true);
  const inner = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(step, leaf));
  const document = fc.record({ a: inner, b: fc.array(inner, { maxLength: 3 }) }) as fc.Arbitrary<JsonObject>;
  fc.assert(
    fc.property(document, operation, (start, single) => {
      // fast-json-patch is laxer in three points, in which Go's library and ours refuse.
      const isLax = single.path.endsWith('/-') && single.op !== 'add';
      const isIntoItself = single.op === 'move' && `${single.path}/`.startsWith(`${single.from}/`);
      const isFromEnd = single.op === 'move' && single.from.endsWith('/-');
      fc.pre(!isLax && !isIntoItself && !isFromEnd);
      const before = structuredClone(start);
      const ours = applyPatch(start, [single]);
      expect(start).toEqual(before);
      expect(ours.applies ? ours.value : 'does not apply').toEqual(byFastJsonPatch(start, single));
    }),
    { numRuns: 2000 },
  );
});

function byFastJsonPatch(document: JsonObject, operation: Operation): unknown {
  try {
    const copy = structuredClone(document);
    return fastJsonPatch.applyPatch(copy, inSteps(copy, structuredClone(operation)), true).newDocument;
  } catch {
    return 'does not apply';
  }
}

/** RFC 6902 §4.4: a move is a removal and an addition. Of a move as such the library does not check the target. */
function inSteps(document: JsonObject, operation: Operation): Operation[] {
  if (operation.op !== 'move') return [operation];
  const value = structuredClone(fastJsonPatch.getValueByPointer(document, operation.from) as Json);
  if (value === undefined) return [operation];
  return [
    { op: 'remove', path: operation.from },
    { op: 'add', path: operation.path, value },
  ];
}
