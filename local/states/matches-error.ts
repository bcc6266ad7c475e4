import type { StatesErrorDetails } from './states-error.ts';

/** The names that begin with `States.`; anything else with that prefix in an `ErrorEquals` is a misspelling. */
export const builtInErrorNames: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/**
 * The developer guide exempts both from `States.ALL`. A recording of AWS (2024) shows `States.ALL` catching a Lambda reply
 * that was too large, so this is the stricter reading. Nothing is said of `States.TaskFailed`: it is held to the same.
 */
const beyondWildcards = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Whether a Retrier or Catcher with these `ErrorEquals` takes the error. */
export function matchesError(errorEquals: readonly string[], error: StatesErrorDetails): boolean {
  const name = error.error;
  return errorEquals.some((candidate) => {
    if (name !== undefined && (candidate === name || candidate === error.alias)) return true;
    if (name !== undefined && beyondWildcards.has(name)) return false;
    return candidate === 'States.ALL' || (candidate === 'States.TaskFailed' && name !== 'States.Timeout');
  });
}
