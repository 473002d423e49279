/** Names of the class CHAOS by which a server says what it is (RFC 4892). */
import { recordClasses, recordTypes } from '../../wire/iana.ts';
import type { Question } from '../../wire/message-view.ts';
import { formatName } from '../../wire/name.ts';

export interface ChaosTexts {
  readonly version: string;
  readonly hostName: string;
}

/** Undefined: it asks for something else. */
export function chaosText({ name, type, class: asked }: Question, texts: ChaosTexts): string | undefined {
  if (asked !== recordClasses.CH || type !== recordTypes.TXT) return undefined;
  const key = names[formatName(name).toLowerCase()];
  return key && texts[key];
}

const names: Readonly<Partial<Record<string, keyof ChaosTexts>>> = {
  'version.bind': 'version',
  'version.server': 'version',
  'hostname.bind': 'hostName',
  'id.server': 'hostName',
};
