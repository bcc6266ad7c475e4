export interface StatesErrorDetails {
  /** The Error Name; a Fail state and `SendTaskFailure` may leave it out. */
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** Goes past every Retry and Catch and ends the execution. */
  readonly terminal?: boolean | undefined;
  /** Another name under which `ErrorEquals` finds this error. */
  readonly alias?: string | undefined;
  /** Field whose expression failed, as `EvaluationFailed` names it, for example `Output/result`. */
  readonly location?: string | undefined;
}

/** An error that a state reports: what Retry and Catch see, and what ends the execution when neither takes it. */
export class StatesError extends Error {
  readonly details: StatesErrorDetails;

  constructor(details: StatesErrorDetails) {
    super(details.cause ?? details.error ?? 'the state reported an error without a name');
    this.name = 'StatesError';
    this.details = details;
  }
}

/** What the state machine sees as `$states.errorOutput`. Recorded on AWS: a time-out has an empty Cause, a nameless failure has nulls. */
export function errorOutput(error: StatesError): { Error: string | null; Cause: string | null } {
  const { error: name, cause } = error.details;
  return { Error: name ?? null, Cause: cause ?? (name === 'States.Timeout' ? '' : null) };
}
