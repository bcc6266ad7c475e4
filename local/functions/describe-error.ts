import type { FunctionError } from './outcome.ts';

/** The error document that Lambda's Node runtime makes of whatever a handler threw. */
export function describeError(error: unknown): Required<FunctionError> {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
  return { errorType: typeof error, errorMessage: textOf(error), trace: [] };
}

/** An object without a prototype has no text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value that cannot be shown as text';
  }
}
