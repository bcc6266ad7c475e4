import type { ErrorCode, FieldError, NextAction } from '../../domain/errors.ts';

/** What one or several codes of upstream's mean to us. */
export interface UpstreamCode {
  readonly upstreamCodes: readonly string[];
  readonly code: ErrorCode;
  /** What upstream means by it, in our words. */
  readonly meaning: string;
  /** One sentence for whoever operates the deployment. */
  readonly operatorHint: string;
  /** Where it is another than the catalogue's. */
  readonly nextAction?: NextAction;
  /** One sentence for the person, where the catalogue's is too general. */
  readonly userMessage?: string;
  /** Fields of our request that hold what the person typed wrongly. */
  readonly fields?: readonly FieldError[];
}

/** Finds the entry of one code. */
export function codesByName(entries: readonly UpstreamCode[]): ReadonlyMap<string, UpstreamCode> {
  return new Map(entries.flatMap((entry) => entry.upstreamCodes.map((name) => [name, entry] as const)));
}
