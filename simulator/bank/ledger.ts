import { createHash } from 'node:crypto';
import { uuidFrom } from '../identifiers.ts';
import type { Connection } from './connections.ts';
import { dayBefore, type Window } from './days.ts';
import { ledgerNamed, type LedgerRow } from './ledger-rows.ts';

/** A transaction as the bank knows it. */
export interface Transaction extends LedgerRow {
  /** `TRN-` and a UUID, the same at every reading. */
  readonly id: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

/** A connection's transactions within a span of days, newest first. They are dated from the day it was linked. */
export function transactionsOf(connection: Connection, window: Window): Transaction[] {
  return ledgerNamed(connection.scenario.ledger)
    .rows.map((row, index) => ({ ...row, id: transactionId(connection, index), day: dayBefore(connection.createdAt, row.daysAgo) }))
    .filter(({ day }) => day >= window.startDate && day <= window.endDate);
}

function transactionId(connection: Connection, index: number): string {
  return `TRN-${uuidFrom(createHash('sha256').update(`${connection.id}:${index}`).digest().subarray(0, 16))}`;
}
