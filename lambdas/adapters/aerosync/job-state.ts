import * as z from 'zod';
import type { UpstreamJobState } from '../../ports.ts';
import { optionalFlag, optionalScalar } from '../upstream-http/fields.ts';
import { failureCode } from './failure-code.ts';

/** What a word of upstream's says of a job; undefined for a word we have not met. */
export type JobWord = 'started' | 'mfa' | 'completed' | 'failed';

const jobWords: ReadonlyMap<string, JobWord> = new Map([
  ['initiated', 'started'],
  ['inprogress', 'started'],
  ['mfarequired', 'mfa'],
  ['pendingmfa', 'mfa'],
  ['completed', 'completed'],
  ['failed', 'failed'],
]);

/** By its letters alone: `Pending MFA`, `pending_mfa` and `PendingMFA` are one. */
function wordOf(status: string): JobWord | undefined {
  return jobWords.get(status.toLowerCase().replaceAll(/[^a-z]/g, ''));
}

/** Folds the three vocabularies of aerosync-api.md §4.3; the flag counts only while the job has not ended. */
export function jobWordOf(status: string, mfaTriggered: boolean | null): JobWord | undefined {
  const word = wordOf(status);
  return mfaTriggered === true && word !== 'completed' && word !== 'failed' ? 'mfa' : word;
}

const maybeText = z.string().optional().catch(undefined);
const maybeFlag = optionalFlag.catch(null);

/**
 * The state stands in `jobStatus`. Where that is missing, the names that the replies to creates have for it are read, and `status` only when the
 * reply is about a job and the word is one of a job's: elsewhere it says how the call went.
 */
const statusReply = z
  .looseObject({
    jobStatus: z.string().optional(), job_status: maybeText, transactionStatus: maybeText, identityStatus: maybeText, balanceStatus: maybeText, status: maybeText,
    jobId: optionalScalar.catch(null), job_id: optionalScalar.catch(null), mfaTriggered: maybeFlag, mfa_triggered: maybeFlag,
  })
  .transform((reply, context) => {
    const own = reply.jobStatus ?? reply.job_status ?? reply.transactionStatus ?? reply.identityStatus ?? reply.balanceStatus;
    const isAboutJob = (reply.jobId ?? reply.job_id) !== null && wordOf(reply.status ?? '') !== undefined;
    const status = own ?? (isAboutJob ? reply.status : undefined);
    if (status === undefined) context.addIssue({ code: 'custom', message: 'no status', path: ['jobStatus'] });
    const word = jobWordOf(status ?? '', reply.mfaTriggered ?? reply.mfa_triggered);
    return { word, byFlagOnly: word === 'mfa' && wordOf(status ?? '') !== 'mfa', upstreamCode: failureCode(reply) };
  });

/** Whether a reply tells a job's state: that of a failed job may carry an error code without being a refusal of the call. */
export function isJobStatus(body: unknown): boolean {
  return statusReply.safeParse(body).success;
}

/** The reply to `GET /v2/accounts/{connectionId}/job/{jobId}`. A word we have not met means not finished, never success or failure. */
export const jobStateReply = statusReply.transform(({ word, byFlagOnly, upstreamCode }): UpstreamJobState => {
  switch (word) {
    case 'completed': return { state: 'completed' };
    case 'failed': return { state: 'failed', upstreamCode };
    case 'mfa': return { state: 'mfa_required', ...(byFlagOnly ? { byFlagOnly } : {}) };
    case 'started': case undefined: return { state: 'processing' };
  }
});
