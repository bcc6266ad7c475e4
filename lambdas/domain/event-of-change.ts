import type { Connection } from './connection.ts';
import type { EventFacts, EventType } from './event.ts';
import { isOver, type Job } from './job.ts';
import type { User } from './user.ts';

interface Images<T> {
  /** Undefined where the row was not there before. */
  readonly before: T | undefined;
  /** Undefined where the row is gone. */
  readonly after: T | undefined;
}

/** One write that changed the row of a user, a connection or a job. */
export type RowChange = { readonly at: Date } & (
  | ({ readonly kind: 'user' } & Images<User>)
  | ({ readonly kind: 'connection' } & Images<Connection>)
  | ({ readonly kind: 'job' } & Images<Job>)
);

/** The event that a change of a row is to a merchant; undefined for the many changes that are none. */
export function eventOfChange(change: RowChange): { readonly merchantId: string; readonly facts: EventFacts } | undefined {
  const at = change.at.toISOString();
  switch (change.kind) {
    case 'user': {
      const { after } = change;
      // A person who can be used at once has nothing to confirm: they are verified when they are created.
      if (after?.status !== 'active' || change.before?.status === 'active') return undefined;
      return { merchantId: after.merchantId, facts: { type: 'user.verified', at, userId: after.id } };
    }
    case 'connection': {
      const row = change.after ?? change.before;
      const type = connectionEvent(change);
      return row && type && { merchantId: row.merchantId, facts: { type, at, userId: row.userId, connectionId: row.id } };
    }
    case 'job': {
      const { after } = change;
      const type = jobEvent(change);
      return after && type && { merchantId: after.merchantId, facts: { type, at, userId: after.userId, connectionId: after.connectionId, jobId: after.id } };
    }
  }
}

function connectionEvent({ before, after }: Images<Connection>): EventType | undefined {
  if (before === undefined) return 'connection.linked';
  return after === undefined || newsOf(before) !== newsOf(after) ? 'connection.changed' : undefined;
}

/** All that a merchant may want to read again; when upstream was last asked is no news by itself. */
function newsOf({ status, upstreamStatus, institution, account, canFetchBalance, expiresAt }: Connection): string {
  return JSON.stringify([status, upstreamStatus, institution.name, institution.uuid, account.nickname, account.type, account.display, account.numberType, canFetchBalance, expiresAt]);
}

function jobEvent({ before, after }: Images<Job>): EventType | undefined {
  if (after === undefined) return undefined;
  if (isOver(after.status)) return before !== undefined && isOver(before.status) ? undefined : 'job.ended';
  if (after.status !== 'awaiting_mfa') return undefined;
  // The bank may ask again while the job still waits: a pause of its own, under a task token of its own.
  return before?.status === 'awaiting_mfa' && before.waitToken === after.waitToken ? undefined : 'job.awaiting_mfa';
}
