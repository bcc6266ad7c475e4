import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moneyFromDecimal } from '../../lambdas/domain/money.ts';

const runs = { numRuns: 2000 };

/** Minor units as the decimal text of a currency with that many places. */
function written(minor: number, places: number): string {
  const digits = String(Math.abs(minor)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${minor < 0 ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
}

describe('an amount', () => {
  it.each([['USD', 2], ['JPY', 0], ['KWD', 3]])('in %s comes back as the minor units it was written from', (currency, places) => {
    fc.assert(fc.property(fc.maxSafeInteger(), (minor) => {
      expect(moneyFromDecimal(written(minor, places), currency)).toEqual({ amountMinor: minor === 0 ? 0 : minor, currency });
    }), runs);
  });

  it('is the same however upstream writes it: further zeros, exponents, spaces', () => {
    const zeros = fc.nat({ max: 12 });
    fc.assert(fc.property(fc.maxSafeInteger(), zeros, zeros, fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '0', '+00'), (minor, front, back, e, sign) => {
      const amount = { amountMinor: minor === 0 ? 0 : minor, currency: 'USD' };
      const minus = minor < 0 ? '-' : '';
      const digits = `${'0'.repeat(front)}${Math.abs(minor)}${'0'.repeat(back)}`;
      expect(moneyFromDecimal(`${digits.startsWith('-') ? '' : minus}${digits}${e}-${back + 2}`, 'USD')).toEqual(amount);
      expect(moneyFromDecimal(`${written(minor, 2)}${'0'.repeat(back)}${e}${sign}0`, 'USD')).toEqual(amount);
      expect(moneyFromDecimal(`  ${written(minor, 2)} `, 'usd')).toEqual(amount);
    }), runs);
  });

  it('is read from whatever JSON writes for a number, or refused, and never rounded in silence', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const text = JSON.stringify(number);
      let money;
      try {
        money = moneyFromDecimal(text, 'USD');
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect(Math.abs(number)).toBeGreaterThan(9e13);
        return;
      }
      expect(Math.abs((money?.amountMinor ?? Number.NaN) / 100 - number)).toBeLessThanOrEqual(0.005 + Math.abs(number) * 1e-15);
      if (money?.exact !== false) expect(Number(written(money?.amountMinor ?? Number.NaN, 2))).toBe(number === 0 ? 0 : number);
    }), runs);
  });

  it('with more places than the currency has is rounded to the nearest, and says so', () => {
    fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 999 }).filter((rest) => rest !== 500), (cents, rest) => {
      const sign = cents < 0 ? '-' : '';
      const expected = Math.abs(cents) + (rest > 500 ? 1 : 0);
      const money = moneyFromDecimal(`${sign}${written(Math.abs(cents), 2)}${String(rest).padStart(3, '0')}`, 'USD');
      expect(money).toEqual({ amountMinor: expected === 0 ? 0 : Number(`${sign}${expected}`), currency: 'USD', exact: false });
    }), runs);
  });

  it('half-way between two is rounded to the even one, and says so', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), fc.nat({ max: 20 }), fc.boolean(), (cents, zeros, negative) => {
      const even = cents % 2 === 0 ? cents : cents + 1;
      const text = `${negative ? '-' : ''}${written(cents, 2)}5${'0'.repeat(zeros)}`;
      expect(moneyFromDecimal(text, 'USD')).toEqual({ amountMinor: negative && even !== 0 ? -even : even, currency: 'USD', exact: false });
    }), runs);
  });

  it.each([
    ['0', 0], ['-0', 0], ['0.00', 0], ['0e99999999', 0], ['0e-99999999', 0], ['1e2', 10000], ['1E+2', 10000], ['12.3e-1', 123], ['1e0000000002', 10000],
  ])('%s is %i cents', (text, amountMinor) => {
    const money = moneyFromDecimal(text, 'USD');
    expect(money).toEqual({ amountMinor, currency: 'USD' });
    expect(Object.is(money?.amountMinor, -0)).toBe(false);
  });

  it('far below a cent is nothing, and says so', () => {
    expect(moneyFromDecimal('1e-99999999', 'USD')).toEqual({ amountMinor: 0, currency: 'USD', exact: false });
  });

  it.each([
    '', 'NaN', 'Infinity', '1,000.00', '$5', '1.2.3', '.5', '5.', '--1', '+1', '0x10', '1_000', '1e', '٣', '90071992547409.92', '-90071992547409.92', '1e30', '1e99999999', '9'.repeat(401),
  ])('is refused when it is %j', (text) => {
    expect(() => moneyFromDecimal(text, 'USD')).toThrow(RangeError);
  });

  it.each([[null, 'USD'], [undefined, 'USD'], ['1', null], ['1', undefined], ['1', ''], ['no number', null]])('%j in %j is no Money', (text, currency) => {
    expect(moneyFromDecimal(text, currency)).toBeNull();
  });

  it.each(['dollars', 'U$', 'X'])('in %j, which is no currency code, has two places', (currency) => {
    expect(moneyFromDecimal('1.23', currency)).toEqual({ amountMinor: 123, currency: currency.toUpperCase() });
  });
});
