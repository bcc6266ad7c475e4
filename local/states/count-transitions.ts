/** What is read of an event; an event of GetExecutionHistory, parsed by the SDK or not, fits. */
export interface CountedEvent {
  readonly id?: number | undefined;
  readonly type?: string | undefined;
  readonly evaluationFailedEventDetails?: { readonly location?: string | undefined } | undefined;
}

const failures = new Set([
  'TaskFailed',
  'TaskTimedOut',
  'TaskSubmitFailed',
  'TaskStartFailed',
  'LambdaFunctionFailed',
  'LambdaFunctionTimedOut',
  'LambdaFunctionScheduleFailed',
  'LambdaFunctionStartFailed',
]);

/**
 * Counts the state transitions that AWS bills for a Standard execution: one for the start, one for each state entered, one for
 * each retry. A retry shows in the history only as a second attempt within the same visit of a state.
 * @param history all events of one execution, in any order
 */
export function countTransitions(history: Iterable<CountedEvent>): number {
  let transitions = 0;
  let failed = false;
  for (const event of [...history].sort((a, b) => (a.id ?? 0) - (b.id ?? 0))) {
    const type = event.type ?? '';
    // An expression can fail before the task is scheduled: then this event alone stands for the attempt. In a Catcher it is none.
    const evaluationFailed = type === 'EvaluationFailed' && event.evaluationFailedEventDetails?.location?.startsWith('Catch[') !== true;
    if (type === 'ExecutionStarted') transitions += 1;
    else if (type.endsWith('StateEntered')) {
      transitions += 1;
      failed = false;
    } else if (failed && (type === 'TaskScheduled' || type === 'LambdaFunctionScheduled' || evaluationFailed)) {
      transitions += 1;
      failed = false;
    }
    if (failures.has(type) || evaluationFailed) failed = true;
  }
  return transitions;
}
