/**
 * The cents in a decimal text, exactly: `39.7` is 3970, `1.2e3` is 120000. Undefined for a text that is not exact to the cent.
 * It counts digits and never multiplies a floating-point number.
 */
export function minorUnits(text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - fraction.length + 2;
  const digits = BigInt(`${whole}${fraction}`);
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && digits % scale !== 0n) return undefined;
  const units = shift < 0 ? digits / scale : digits * scale;
  return sign === '-' ? -units : units;
}
