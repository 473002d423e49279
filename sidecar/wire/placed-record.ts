/** An address that stands in a received message, without a view of it: four views are most of what a usual answer takes. */
export class PlacedRecord {
  readonly type: number;
  readonly ttl: number;
  readonly message: Uint8Array;
  /** Of its data, in the message. */
  readonly start: number;
  readonly end: number;

  constructor(message: Uint8Array, type: number, ttl: number, start: number, end: number) {
    this.message = message;
    this.type = type;
    this.ttl = ttl;
    this.start = start;
    this.end = end;
  }

  get rdata(): Uint8Array {
    return this.message.subarray(this.start, this.end);
  }
}
