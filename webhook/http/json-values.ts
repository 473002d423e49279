/**
 * Counts the values of a JSON text as it arrives: each but the first follows a bracket or a comma outside strings. What
 * JSON takes on the heap depends on their number more than on its length: 1 MiB of `{},` becomes 24 MiB.
 */
export function valueCounter(): (chunk: Uint8Array) => number {
  let isString = false;
  let isEscaped = false;
  return (chunk) => {
    let values = 0;
    // Several times as fast as the iterator.
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index];
      if (!isString) {
        if (byte === comma || byte === brace || byte === bracket) values++;
        else isString = byte === quote;
      } else if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else isString = byte !== quote;
    }
    return values;
  };
}

const comma = 0x2c;
const brace = 0x7b;
const bracket = 0x5b;
const quote = 0x22;
const backslash = 0x5c;
