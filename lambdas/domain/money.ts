import * as z from 'zod';

/** An amount in the currency's smallest unit. `exact: false` only where upstream's text had more places than the currency has. */
export const money = z
  .object({
    amountMinor: z.number().int(),
    currency: z.string(),
    exact: z.literal(false).optional(),
  })
  .meta({ id: 'Money', example: { amountMinor: 312425, currency: 'USD' } });
export type Money = z.infer<typeof money>;

const decimalText = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Far more than any amount has; a longer text would only cost time. */
const longestText = 400;

/**
 * Reads an amount from the decimal text of upstream's reply, never through a float; more places than the currency has are rounded half to even.
 * @param text a JSON number as it stood in the reply, e.g. `39.76`, `40`, `1.2e3`
 * @param currency ISO 4217; without one there is no Money (api.md, "Results")
 * @throws RangeError when the text is no decimal number or its minor units leave the range of exact integers
 */
export function moneyFromDecimal(text: string | null | undefined, currency: string | null | undefined): Money | null {
  if (text === null || text === undefined || currency === null || currency === undefined || currency === '') return null;
  const match = text.length > longestText ? null : decimalText.exec(text.trim());
  if (match === null) throw new RangeError('an amount must be a decimal number');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const { units, exact } = scaled(BigInt(whole + fraction), Number(exponent) + minorDigits(currency) - fraction.length);
  const amountMinor = Number(sign === '-' ? -units : units);
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError('an amount must fit into 53 bits of minor units');
  return { amountMinor: amountMinor === 0 ? 0 : amountMinor, currency: currency.toUpperCase(), ...(exact ? {} : { exact: false as const }) };
}

/** `digits` times ten to the power of `shift`; beyond any digit a text can have, the power itself need not be built. */
function scaled(digits: bigint, shift: number): { units: bigint; exact: boolean } {
  if (digits === 0n) return { units: 0n, exact: true };
  if (shift > longestText) throw new RangeError('an amount must fit into 53 bits of minor units');
  if (shift < -longestText) return { units: 0n, exact: false };
  return shift >= 0 ? { units: digits * 10n ** BigInt(shift), exact: true } : divideHalfToEven(digits, 10n ** BigInt(-shift));
}

function divideHalfToEven(value: bigint, divisor: bigint): { units: bigint; exact: boolean } {
  const quotient = value / divisor;
  const remainder = value % divisor;
  const twice = remainder * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return { units: up ? quotient + 1n : quotient, exact: remainder === 0n };
}

const knownDigits = new Map<string, number>();

/** The runtime's own CLDR data knows how many places each currency has; a word that is no currency code is treated like USD. */
function minorDigits(currency: string): number {
  if (!/^[A-Za-z]{3}$/.test(currency)) return 2;
  const code = currency.toUpperCase();
  const digits = knownDigits.get(code) ?? new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
  knownDigits.set(code, digits);
  return digits;
}
