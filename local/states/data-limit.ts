import { jsonBytes, type Json, type JsonObject } from './json.ts';
import { StatesError } from './states-error.ts';

/** Bytes of JSON that may be a state's input, result or output, or one Assign. */
export const payloadLimitBytes = 262_144;

/** Bytes that all variables of an execution may have together. */
const variablesLimitBytes = 10 * 1024 * 1024;

/** What AWS records for a result or an output that is too large. */
export function tooLarge(stateOrTask: string, terminal: boolean): StatesError {
  return new StatesError({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${stateOrTask}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    terminal,
  });
}

/** Throws when a value does not fit; past Retry and Catch, since the guide calls the error terminal. */
export function checkPayload(value: Json, state: string): void {
  if (jsonBytes(value) > payloadLimitBytes) throw tooLarge(state, true);
}

/** @param variables all variables as they will be after the assignment */
export function checkVariables(assigned: JsonObject, variables: JsonObject, state: string): void {
  if (jsonBytes(assigned) <= payloadLimitBytes && jsonBytes(variables) <= variablesLimitBytes) return;
  throw new StatesError({
    error: 'States.DataLimitExceeded',
    cause: `The variables that the state '${state}' assigns exceed the maximum number of bytes service limit.`,
    terminal: true,
  });
}
