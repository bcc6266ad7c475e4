import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aeropayCodes, aeropayCodesByName } from '../../lambdas/adapters/aeropay/aeropay-codes.ts';
import { aerosyncCodes } from '../../lambdas/adapters/aerosync/aerosync-codes.ts';
import { widgetErrorExplainer } from '../../lambdas/adapters/aerosync/explain-widget-error.ts';
import { errorCatalogue } from '../../lambdas/domain/error-catalogue.ts';
import { errorCodes, nextActions } from '../../lambdas/domain/errors.ts';

const explain = widgetErrorExplainer(aeropayCodesByName);

describe("the widget's error", () => {
  it('as it is documented is explained by its code', () => {
    expect(explain('INCORRECT_CREDENTIALS | Code: AC-117 | Message: Please check account and routing number')).toEqual({
      code: 'InvalidRequest', nextAction: 'fix_request', upstreamCode: 'AC-117', userMessage: 'Please check the account and routing number and try again.',
    });
    expect(explain('POLLING_TIMEOUT | Code: AR-100 | Message: No response')).toMatchObject({ code: 'MfaExpired', nextAction: 'start_again', upstreamCode: 'AR-100' });
    expect(explain('SERVER_ERROR | Code: AR-500 | Message: oops')).toMatchObject({ code: 'UpstreamUnavailable', nextAction: 'retry_later', upstreamCode: 'AR-500' });
  });

  it.each([
    ['only a code', 'Code: AC-500', 'AC-500'],
    ['only the code itself', 'AC-104', 'AC-104'],
    ['small letters', 'incorrect_credentials | code: ac-117 | message: no', 'AC-117'],
    ['no spaces', 'INCORRECT_CREDENTIALS|Code:AC-117|Message:no', 'AC-117'],
    ['too many spaces', '  BANK   |   Code :   AC-104   |  Message :  no  ', 'AC-104'],
    ['no dash', 'Code: AC117', 'AC-117'],
    ['an underscore', 'Code: AR_100', 'AR-100'],
    ['a message before the code', 'Message: no | Code: AC-204', 'AC-204'],
    ['a code in the message only', 'SOMETHING | Message: failed with AC-104.', 'AC-104'],
    ['a code of Aeropay', 'LINK | Code: AP410 | Message: joint', 'AP410'],
    ['a line break', 'BANK\n| Code: AC-104\n| Message: no', 'AC-104'],
    ['an object', { code: 'AC-104', message: 'no' }, 'AC-104'],
    ['an error envelope', { error: { code: 'ac-104', message: 'no' } }, 'AC-104'],
    ['a message of the widget', { type: 'widgetError', payload: 'BANK | Code: AC-104 | Message: no' }, 'AC-104'],
    ['what a deep link carries', { status: 'error', AC_CODE: 'AC-104', description: 'no' }, 'AC-104'],
    ['another name of the code', { errorCode: 'AC104' }, 'AC-104'],
    ['an object as text', '{"type":"widgetError","payload":"BANK | Code: AC-104 | Message: no"}', 'AC-104'],
    ['an object as text within text', JSON.stringify(JSON.stringify({ code: 'AC-104' })), 'AC-104'],
    ['a list', ['BANK | Code: AC-104'], 'AC-104'],
  ])('is read from %s', (_form, error, upstreamCode) => {
    expect(explain(error).upstreamCode).toBe(upstreamCode);
  });

  it.each([
    ['INCORRECT_CREDENTIALS', 'InvalidRequest'],
    ['incorrect credentials | Message: try again', 'InvalidRequest'],
    ['POLLING_TIMEOUT | Message: nobody', 'MfaExpired'],
    ['Server Error', 'UpstreamUnavailable'],
  ])('without a code is explained by its type: %j', (error, code) => {
    const { userMessage, nextAction } = errorCatalogue[code as 'InvalidRequest'];
    expect(explain(error)).toEqual({ code, userMessage, nextAction, upstreamCode: null });
  });

  it.each([
    ['nothing', ''], ['spaces', '   '], ['separators', ' | | '], ['only a message', 'Message: something happened'], ['an empty object', {}], ['an empty list', []],
    ['a label without a code', 'Code: | Message: x'], ['null', null], ['nothing at all', undefined], ['a number', 117], ['half an object', '{"code":"AC'],
    ['an address that resembles a code', 'Message: AC 123 Main Street'], ['a longer number', 'Ref AC-10455'], ['part of a word', 'MAC-104'],
  ])('that tells no code is a refusal for support: %s', (_form, error) => {
    expect(explain(error)).toEqual({
      code: 'UpstreamRejected', nextAction: 'contact_support', upstreamCode: null, userMessage: errorCatalogue.UpstreamRejected.userMessage,
    });
  });

  it.each(['AC-106', 'AC-999', 'AR-777', 'AP9999'])('with a code that nobody knows is a refusal that carries it: %s', (upstreamCode) => {
    expect(explain(`NEW | Code: ${upstreamCode} | Message: x`)).toMatchObject({ code: 'UpstreamRejected', nextAction: 'contact_support', upstreamCode });
  });

  it.each([...aerosyncCodes, ...aeropayCodes].flatMap((entry) => entry.upstreamCodes.filter((name) => /^A/.test(name)).map((name) => [name, entry] as const)))('knows %s', (name, entry) => {
    const ours = errorCatalogue[entry.code];
    expect(explain(`TYPE | Code: ${name} | Message: x`)).toEqual({
      code: entry.code, upstreamCode: name, userMessage: entry.userMessage ?? ours.userMessage, nextAction: entry.nextAction ?? ours.nextAction,
    });
  });

  it('is answered, whatever it is, without any text of its own but a code', () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.anything({ maxDepth: 6 }), fc.string().map((text) => `TYPE | Code: ${text} | Message: ${text}`));
    fc.assert(fc.property(anything, (error) => {
      const explained = explain(error);
      expect(errorCodes).toContain(explained.code);
      expect(nextActions).toContain(explained.nextAction);
      expect(explained.upstreamCode ?? 'AC-000').toMatch(/^(A[CR]-\d{3,4}|AP\d{3,4})$/);
    }), { numRuns: 5000 });
    const told = JSON.stringify(explain({ code: 'AC-104', message: 'Jane Canary, jane@canary.example, +13125550142', name: 'Canary' }));
    expect(told).not.toMatch(/canary|jane|3125550142/i);
  });

  it.each([
    ['a long text', 'a'.repeat(250_000)],
    ['many codes', 'code '.repeat(50_000)],
    ['deep brackets', `[${'['.repeat(5_000)}${']'.repeat(5_000)}]`],
    ['many members', Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'x']))],
  ])('of any size is no work and no code: %s', (_what, error) => {
    expect(explain(error).upstreamCode).toBeNull();
  });
});

describe('a joint account', () => {
  it('has a sentence of its own, which says that support can help', () => {
    const joint = aeropayCodesByName.get('AP410');
    const others = aeropayCodes.filter((entry) => entry !== joint).map(({ userMessage }) => userMessage);
    expect(joint).toMatchObject({ code: 'NotAvailable', userMessage: expect.stringMatching(/share.*support/) as string });
    expect(others).not.toContain(joint?.userMessage);
  });
});
