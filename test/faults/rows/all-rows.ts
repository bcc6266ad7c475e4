import type { FaultRow } from '../fault-row.ts';
import { webhookRows } from './webhook-rows.ts';

/** Every row of the report, in its order. */
export const rows: readonly FaultRow[] = [...webhookRows];
