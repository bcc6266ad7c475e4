/** Money by hand: the decimal text of an amount with two places at most, shifted by two digits. Null where there is no amount or no currency. */
export function inMinorUnits(amount: string | null, currency: string | null = 'USD'): { amountMinor: number; currency: string } | null {
  if (amount === null || currency === null) return null;
  const [whole = '', fraction = ''] = amount.split('.');
  return { amountMinor: Number(whole + fraction.padEnd(2, '0')), currency };
}
