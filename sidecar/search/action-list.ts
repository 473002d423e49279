/** What a step of a search does, in its order. Its next step writes the list anew, so that not each of them makes one. */
import type { Actions } from '../decide/search/exchange.ts';

export class ActionList<Action> implements Actions<Action> {
  /** Most steps do no more than four things. */
  readonly #actions: (Action | undefined)[] = [undefined, undefined, undefined, undefined];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(action: Action): void {
    this.#actions[this.#length] = action;
    this.#length += 1;
  }

  at(index: number): Action | undefined {
    return index < this.#length ? this.#actions[index] : undefined;
  }

  /** What was done is kept no longer. */
  clear(): void {
    for (let index = 0; index < this.#length; index += 1) this.#actions[index] = undefined;
    this.#length = 0;
  }
}
