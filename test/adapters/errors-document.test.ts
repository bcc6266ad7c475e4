import { describe, expect, it } from 'vitest';
import { aeropayCodes, aeropayCodesByName } from '../../lambdas/adapters/aeropay/aeropay-codes.ts';
import { aerosyncCodes, aerosyncCodesByName, undocumentedAerosyncCodes } from '../../lambdas/adapters/aerosync/aerosync-codes.ts';
import { errorCatalogue } from '../../lambdas/domain/error-catalogue.ts';
import { errorCodes } from '../../lambdas/domain/errors.ts';
import { errorsDocument } from './errors-document.ts';

const numbered = (prefix: string, first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${String(first + index).padStart(3, '0')}`);

/** Every code that section 5 of the reference lists or names in a range, and the two words of an envelope without codes (§2.4). */
const aerosyncInReference = ['AC-001', ...numbered('AC-', 100, 117), 'AC-204', 'AC-500', 'AR-100', 'AR-500'];
const aeropayInReference = [
  ...numbered('AP', 1, 11), 'AP101', 'AP102', ...numbered('AP', 104, 115), 'AP118', 'AP119', 'AP300', ...numbered('AP', 302, 317), 'AP400', 'AP401',
  ...numbered('AP', 403, 412), 'AP414', 'AP415', ...numbered('AP', 500, 506), 'MISSING_PARAMETER', 'INVALID_FORMAT', 'AP700', 'AP701', 'AP800', 'AP900', ...numbered('AP', 1000, 1002),
  ...numbered('AP', 1100, 1107), ...numbered('AP', 1200, 1203), ...numbered('AP', 1300, 1306), ...numbered('AP', 1400, 1402),
];

describe('docs/errors.md', () => {
  it('says what the code says', async () => {
    await expect(errorsDocument()).toMatchFileSnapshot('../../docs/errors.md');
  });

  it('has a sentence for the person, one for the operator and a next action for every code of ours', () => {
    const lacking = errorCodes.filter((code) => !/\S\.$/.test(errorCatalogue[code].userMessage) || !/\S\.$/.test(errorCatalogue[code].operatorHint) || !errorCatalogue[code].nextAction);
    expect(lacking).toEqual([]);
  });

  it("knows every code of the reference's, and each once", () => {
    const aerosync = [...aerosyncCodes.flatMap(({ upstreamCodes }) => upstreamCodes), ...undocumentedAerosyncCodes];
    expect(aerosync.toSorted()).toEqual(aerosyncInReference.toSorted());
    const aeropay = aeropayCodes.flatMap(({ upstreamCodes }) => upstreamCodes);
    expect(aeropay.toSorted()).toEqual(aeropayInReference.toSorted());
  });

  it('finds each code by its name', () => {
    expect([...aerosyncCodesByName.keys(), ...aeropayCodesByName.keys()]).toHaveLength(aerosyncInReference.length - undocumentedAerosyncCodes.length + aeropayInReference.length);
    expect(aeropayCodesByName.get('AP115')?.fields?.map(({ path }) => path)).toEqual(['phoneNumber']);
  });

  it('says nothing of a person or a secret in any sentence', () => {
    expect(errorsDocument()).not.toMatch(/@|Bearer|\+1\d{10}/);
  });
});
