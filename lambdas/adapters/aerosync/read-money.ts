import type { RefinementCtx } from 'zod';
import { moneyFromDecimal, type Money } from '../../domain/money.ts';

/** Money of a reply; an amount that is no decimal number makes the reply differ at `field`. */
export function readMoney(amount: string | null, currency: string | null, context: RefinementCtx, field: string): Money | null {
  try {
    return moneyFromDecimal(amount, currency);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: 'no amount', path: [field] });
    return null;
  }
}
