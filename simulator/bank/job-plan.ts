import type { BankScenario } from '../scenarios.ts';

export const jobStates = ['initiated', 'in_progress', 'pending_mfa', 'completed', 'failed'] as const;

export type JobState = (typeof jobStates)[number];

/** One stretch of a job. `seconds` null: it does not end by itself. */
export interface JobStep {
  readonly state: JobState;
  readonly seconds: number | null;
}

/** How long a bank waits for its answer before the job fails. The reference has no figure; a code of Aeropay's lives as long. */
const mfaPatienceSeconds = 15 * 60;

/** Being queued is a fifth of the work. */
const queuedShare = 0.2;

/**
 * The steps of a job that works `seconds` in all, waits for a person not counted.
 * @param earlier how many jobs of this kind the connection had before
 */
export function planJob(scenario: Pick<BankScenario, 'failures' | 'ends' | 'mfaPauses'>, seconds: number, earlier: number): JobStep[] {
  const queued: JobStep = { state: 'initiated', seconds: seconds * queuedShare };
  if (!scenario.ends) return [queued, { state: 'in_progress', seconds: null }];
  const stretch: JobStep = { state: 'in_progress', seconds: (seconds * (1 - queuedShare)) / (scenario.mfaPauses + 1) };
  const question: JobStep = { state: 'pending_mfa', seconds: mfaPatienceSeconds };
  const pauses = Array.from({ length: scenario.mfaPauses }, () => [question, stretch]).flat();
  return [queued, stretch, ...pauses, { state: earlier < scenario.failures ? 'failed' : 'completed', seconds: null }];
}
