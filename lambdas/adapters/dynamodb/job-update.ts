import { UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { statusesBefore, type JobStatus, type TimelineEvent } from '../../domain/job.ts';
import { conditional, type Row } from './conditional.ts';

export type Update = Required<Pick<UpdateCommandInput, 'TableName' | 'Key' | 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>> &
  Pick<UpdateCommandInput, 'ExpressionAttributeNames'> & { readonly UpdateExpression: string };

/** One conditional update. A refusal answers the row as it was, so that the caller can tell absent from too late. */
export async function updateIf(db: DynamoDBDocumentClient, update: Update): Promise<{ ok: true; row: Row } | { ok: false; old: Row | undefined }> {
  const result = await conditional(db.send(new UpdateCommand({ ...update, ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })));
  return result.written ? { ok: true, row: result.output.Attributes ?? {} } : { ok: false, old: result.refusal.row };
}

/** `#status IN (…)` with the statuses from which a job may become one of `next`; terminal ones are never among them. */
export function statusIn(statuses: readonly JobStatus[]): { expression: string; values: Record<string, JobStatus> } {
  const values = Object.fromEntries(statuses.map((status, index) => [`:from${index}`, status]));
  return { expression: `#status IN (${Object.keys(values).join(', ')})`, values };
}
/** Upstream is at work on the job, or will be: only then do its signals count. */
export const working = statusIn(['running', 'awaiting_mfa']);
export function mayBecome(next: JobStatus): { expression: string; values: Record<string, JobStatus> } {
  return statusIn(statusesBefore(next));
}

/** Appends one line to the timeline in the same write that changes the job. */
export function timelineLine(event: TimelineEvent, now: Date): { expression: string; values: Record<string, unknown> } {
  return { expression: 'timeline = list_append(timeline, :line)', values: { ':line': [{ at: now.toISOString(), event }] } };
}
