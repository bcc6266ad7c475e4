import type { Journal } from './journal.ts';

/** How things of one kind become rows and come back. */
export interface Binding<T> {
  readonly kind: string;
  readonly idOf: (thing: T) => string;
  readonly write: (thing: T) => unknown;
  /** @throws when the row is not one of this kind */
  readonly read: (row: unknown) => T;
}

/** Things of one kind by their id, in memory and, where there is a journal, in it too. */
export class Shelf<T> {
  readonly #binding: Binding<T>;
  readonly #journal: Journal | undefined;
  readonly #things = new Map<string, T>();

  constructor(binding: Binding<T>, journal: Journal | undefined) {
    this.#binding = binding;
    this.#journal = journal;
    for (const [id, row] of journal?.rows(binding.kind) ?? []) this.#things.set(id, this.#read(id, row));
  }

  get(id: string): T | undefined {
    return this.#things.get(id);
  }

  /** In the order they came. */
  all(): T[] {
    return [...this.#things.values()];
  }

  /** Puts a thing on the shelf, or keeps what has changed about one that stands there. */
  put(thing: T): void {
    const id = this.#binding.idOf(thing);
    this.#things.set(id, thing);
    this.#journal?.write(this.#binding.kind, id, this.#binding.write(thing));
  }

  remove(id: string): void {
    if (this.#things.delete(id)) this.#journal?.remove(this.#binding.kind, id);
  }

  #read(id: string, row: unknown): T {
    try {
      return this.#binding.read(row);
    } catch (cause) {
      throw new Error(`The simulator's data has a ${this.#binding.kind} "${id}" that this version cannot read: move the data away to start with nothing.`, { cause });
    }
  }
}
