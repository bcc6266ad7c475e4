import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorUnits } from '../../simulator/bank/minor-units.ts';
import { Decimal, toJsonText } from '../../simulator/json-text.ts';

describe('toJsonText', () => {
  it('writes what JSON.stringify writes when there is no Decimal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText(value as never)).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each([['1200.00'], ['39.7'], ['40'], ['0.10'], ['-20.50'], ['1.2e3'], ['9007199254740.99']])('keeps the digits of %s', (text) => {
    expect(toJsonText({ amount: new Decimal(text), none: undefined })).toBe(`{"amount":${text}}`);
  });

  it.each([['1,200'], ['NaN'], [''], ['1.'], ['.5'], ['0}']])('takes no %j for a number', (text) => {
    expect(() => new Decimal(text)).toThrow('digits');
  });
});

describe('minorUnits', () => {
  it.each([
    ['39.7', 3970n], ['40', 4000n], ['0.01', 1n], ['-12.34', -1234n], ['1.2e3', 120_000n], ['1200e-2', 1200n], ['10.050', 1005n],
    ['10.005', undefined], ['1e-3', undefined], ['abc', undefined],
  ])('reads %s as %s', (text, cents) => {
    expect(minorUnits(text)).toBe(cents);
  });

  it('reads back every amount written with two decimals', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (cents) => {
        expect(minorUnits(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`)).toBe(cents);
      }),
    );
  });
});
