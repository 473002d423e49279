/** What a table of log events holds of one event, and the fields that a call of the log must give for it. */
import type { LogLevel } from '../values/log-level.ts';
import type { LookupRecord } from './lookup-record.ts';

/** One log event, as the log's types and the reference page see it. */
export interface LogEventDefinition {
  readonly level: LogLevel;
  /** A sentence or two: what happened, and what to do where that is not plain. */
  readonly meaning: string;
  /** In the order of the page. */
  readonly fields: Readonly<Record<string, LogField>>;
}

export interface LogField<Kind extends LogFieldKind = LogFieldKind, IsOptional extends boolean = boolean> {
  readonly kind: Kind;
  readonly isOptional: IsOptional;
  readonly meaning: string;
}

/** How a field stands in the JSON of a line. */
interface LogFieldValues {
  text: string;
  number: number;
  flag: boolean;
  texts: readonly string[];
  /** The record of a lookup. */
  record: LookupRecord;
  /** Anything that was thrown; the line has its name, code, message and causes. */
  error: unknown;
}

export type LogFieldKind = keyof LogFieldValues;

/** Name → definition. */
export type LogEventTable = Readonly<Record<string, LogEventDefinition>>;

/** The fields of an event; one that is optional may be missing or undefined. */
export type LogFieldsOf<Definition extends LogEventDefinition> = RequiredFields<Definition['fields']> &
  OptionalFields<Definition['fields']>;

type Fields = LogEventDefinition['fields'];

type RequiredFields<Of extends Fields> = {
  readonly [Name in keyof Of as Of[Name]['isOptional'] extends false ? Name : never]: LogFieldValues[Of[Name]['kind']];
};

type OptionalFields<Of extends Fields> = {
  readonly [Name in keyof Of as Of[Name]['isOptional'] extends false ? never : Name]?:
    | LogFieldValues[Of[Name]['kind']]
    | undefined;
};

/** A field of this kind, for a table. */
export const field = {
  text: (meaning: string) => required('text', meaning),
  number: (meaning: string) => required('number', meaning),
  flag: (meaning: string) => required('flag', meaning),
  texts: (meaning: string) => required('texts', meaning),
  record: (meaning: string) => required('record', meaning),
  error: (meaning: string) => required('error', meaning),
} as const;

/** The same field, which a line has only where its meaning says so. */
export function optional<Kind extends LogFieldKind>({ kind, meaning }: LogField<Kind>): LogField<Kind, true> {
  return { kind, meaning, isOptional: true };
}

function required<const Kind extends LogFieldKind>(kind: Kind, meaning: string): LogField<Kind, false> {
  return { kind, meaning, isOptional: false };
}
