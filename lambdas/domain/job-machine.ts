/**
 * Ways out of a task of the machine that are no failures of a caller: Step Functions tells them apart by name.
 * A task throws one of these; `statemachines/aggregation-job.asl.json` catches it.
 */
export const machineSignals = [
  /** Upstream has finished the job: read its data. */
  'UpstreamJobCompleted',
  /** Upstream says the job failed: try once more, or give up. */
  'UpstreamJobFailed',
  /** The bank asks the person. */
  'MfaRequired',
  /** The job ended elsewhere (canceled, deleted, closed from outside). */
  'JobOver',
  /** The merchant says that the person is done in the widget. */
  'Resumed',
  /** Something changed during a pause or since: read upstream again. */
  'LookAgain',
  /** The create never left us: it may be sent again. */
  'UpstreamUnreachable',
  /** A create may have been accepted, and no webhook told its id in time. */
  'UpstreamUnclear',
] as const;
export type MachineSignal = (typeof machineSignals)[number];

/** A way out of a task: the name is what the machine catches. */
export class MachineExit extends Error {
  constructor(name: MachineSignal) {
    super(name);
    this.name = name;
  }
}

/** Step Functions' own name for a state that ran out of its time. */
export const stateTimedOut = 'States.Timeout';

/** Waits between looks at upstream, in seconds; the last one repeats. See statemachines/README.md for the arithmetic. */
export const waitSchedules = {
  /** Signed deliveries arrive for this merchant: the time-out is only a net. */
  trusting: [35, 25, 30, 30, 30, 20],
  /** No delivery can be counted on: look often at first. */
  doubting: [3, 4, 5, 8, 12, 16, 20],
  /** A create whose reply was lost: half a minute for a webhook that names the job, then as doubting. */
  unclear: [30, 3, 4, 5, 8, 12, 16, 20],
} as const;

/** Upstream's own cap on status reads per job (docs-integration-flow.txt, "Recommended polling interval"). */
export const pollLimit = 30;
