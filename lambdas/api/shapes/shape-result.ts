import type { TransactionsResult } from '../../contract/shapes.ts';
import type { BalanceResult, IdentityResult } from '../../domain/results.ts';
import type { ResultPage } from '../../usecases/get-result.ts';

/** @param nextCursor of the page, null at the end of the transactions */
export function shapeResult(result: ResultPage, nextCursor: string | null): BalanceResult | IdentityResult | TransactionsResult {
  return 'page' in result ? { ...result.head, items: result.page.items, nextCursor } : result.head;
}
