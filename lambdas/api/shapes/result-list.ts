import { getResultContract } from '../../contract/results.ts';
import type { JobRef } from '../../domain/job.ts';
import type { CursorScope } from '../../runtime/cursor.ts';

/** The transactions of one job as a list. The newest transactions of a connection hand out its cursors, too. */
export function resultList({ merchantId, jobId }: JobRef): CursorScope {
  return { merchantId, route: getResultContract.name, filter: { jobId } };
}
