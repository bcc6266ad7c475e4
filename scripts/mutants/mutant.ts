/** One small breakage of the logic that matters, and the test that must notice it. */
export interface Mutant {
  /** What no longer holds, in a few words. */
  readonly name: string;
  /** From the root of the checkout. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: {
    /** From the root of the checkout, of the unit project. */
    readonly file: string;
    /** As it stands in the file, with the placeholders of `it.each`. */
    readonly title: string;
  };
}
