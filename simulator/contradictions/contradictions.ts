import * as z from 'zod';
import { contradictionList, contradictionTable, sides, type Contradiction, type ContradictionNumber, type Side } from './contradiction-table.ts';

/** A choice as `POST /sim/contradictions` and the options have it. */
export const contradictionChoice = z.strictObject({ number: z.int(), side: z.enum(sides) });

/** Which side of each contradiction upstream is on. */
export class Contradictions {
  readonly #chosen = new Map<number, Side>();

  /** @throws Error with a sentence when there is no such contradiction or it has no such side. */
  choose(number: number, side: Side): void {
    const known = contradictionList().find((contradiction) => contradiction.number === number);
    if (known === undefined) {
      throw new Error(`Contradiction ${number} cannot be chosen: take one of ${contradictionList().map((each) => each.number).join(', ')}.`);
    }
    if (known.sides[side] === undefined) throw new Error(`Contradiction ${number} has no side ${side}: take one of ${Object.keys(known.sides).join(', ')}.`);
    this.#chosen.set(number, side);
  }

  /** The chosen side, else the usual one; undefined where the simulator follows each page or the scenario. */
  side(number: ContradictionNumber): Side | undefined {
    return this.#chosen.get(number) ?? contradictionTable[number].usual ?? undefined;
  }

  /** Every contradiction that can be chosen, with the side that holds now. */
  all(): (Contradiction & { readonly number: number; readonly side: Side | null })[] {
    return contradictionList().map((contradiction) => ({ ...contradiction, side: this.#chosen.get(contradiction.number) ?? contradiction.usual }));
  }

  /** Takes back every choice. */
  clear(): void {
    this.#chosen.clear();
  }
}
