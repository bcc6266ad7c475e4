/** Where an invocation went wrong: in the handler, at its time or memory limit, or before a worker took it. */
export type Fault = 'function' | 'timeout' | 'memory' | 'throttled' | 'tooLarge';

/** The error document that Lambda answers with. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How an invocation ended. `payload` is the JSON text that the handler returned. */
export type Outcome = { readonly ok: true; readonly payload: string } | ({ readonly ok: false; readonly fault: Fault } & FunctionError);

export function failed(fault: Fault, errorType: string, errorMessage: string): Outcome {
  return { ok: false, fault, errorType, errorMessage };
}
