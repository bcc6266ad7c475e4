import * as z from 'zod';
import type { UpstreamJobState } from '../../ports.ts';
import { optionalFlag } from '../upstream-http/fields.ts';
import { failureCode } from './failure-code.ts';
import { upstreamWord } from './upstream-word.ts';

/** What a word of upstream's says of a job; undefined for a word we have not met. */
export type JobWord = 'started' | 'mfa' | 'completed' | 'failed';

const jobWords: ReadonlyMap<string, JobWord> = new Map([
  ['initiated', 'started'],
  ['in_progress', 'started'],
  ['mfa_required', 'mfa'],
  ['pending_mfa', 'mfa'],
  ['completed', 'completed'],
  ['failed', 'failed'],
]);

/** Folds the three vocabularies of aerosync-api.md §4.3; the flag counts only while the job has not ended. */
export function jobWordOf(status: string, mfaTriggered: boolean | null): JobWord | undefined {
  const word = jobWords.get(upstreamWord(status));
  return mfaTriggered === true && word !== 'completed' && word !== 'failed' ? 'mfa' : word;
}

const statusReply = z.object({ jobStatus: z.string(), mfaTriggered: optionalFlag });

/** Whether a reply tells a job's state: that of a failed job may carry an error code without being a refusal of the call. */
export function isJobStatus(body: unknown): boolean {
  return statusReply.safeParse(body).success;
}

/** The reply to `GET /v2/accounts/{connectionId}/job/{jobId}`. A word we have not met means not finished, never success or failure. */
export const jobStateReply = z.looseObject(statusReply.shape).transform((reply): UpstreamJobState => {
  switch (jobWordOf(reply.jobStatus, reply.mfaTriggered)) {
    case 'completed': return { state: 'completed' };
    case 'failed': return { state: 'failed', upstreamCode: failureCode(reply) };
    case 'mfa': return { state: 'mfa_required' };
    case 'started': case undefined: return { state: 'processing' };
  }
});
