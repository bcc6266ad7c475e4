import { describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { changedRows, readRows } from './tables.ts';

const environment = testEnvironment();

// Neither upstream nor the merchant's settings are asked here: one merchant stands for all. What the widget itself tells is explained in reconnect.test.ts.
describe('POST /v1/errors/explain', () => {
  it.each<[string, unknown, string, string, string | null]>([
    ['the documented form', 'INCORRECT_CREDENTIALS | Code: AC-117 | Message: Please check account and routing number', 'InvalidRequest', 'fix_request', 'AC-117'],
    ['a code alone', 'AC-104', 'UserActionRequired', 'reconnect', 'AC-104'],
    ['the degenerate form', 'Code: AC-500', 'UpstreamUnavailable', 'retry_later', 'AC-500'],
    ['a type alone', 'POLLING_TIMEOUT', 'MfaExpired', 'start_again', null],
    ['other spellings', 'server_error|code: ar-500|message: x', 'UpstreamUnavailable', 'retry_later', 'AR-500'],
    ['a code of Aeropay', 'LINK | Code: AP410 | Message: x', 'NotAvailable', 'choose_another_account', 'AP410'],
    ['a code of no table', 'NEW | Code: AC-999 | Message: x', 'UpstreamRejected', 'contact_support', 'AC-999'],
    ['an object', { code: 'AC-104', message: 'Reconnect' }, 'UserActionRequired', 'reconnect', 'AC-104'],
    ['an object around the documented form', { error: { detail: 'BANK_ERROR | Code: AC-103 | Message: x' } }, 'UpstreamUnavailable', 'retry_later', 'AC-103'],
    ['an object written as text', '{"type":"widgetError","payload":"SERVER_ERROR | Code: AR-500 | Message: x"}', 'UpstreamUnavailable', 'retry_later', 'AR-500'],
  ])('explains %s', async (_what, error, code, nextAction, upstreamCode) => {
    expect((await environment().api.explainError(error)).body).toEqual({ code, nextAction, upstreamCode, userMessage: expect.stringMatching(/^[A-Z].*\.$/) as string });
  });

  it.each<[string, unknown]>([
    ['nothing', ''], ['a space', ' '], ['separators alone', '|||'], ['the text null', 'null'], ['what a careless app makes of an object', '[object Object]'], ['an object without anything', {}],
    ['a message alone', 'Message: call 415-555-0199'], ['a code without a number', 'X | Code: | Message: '], ['half an object', '{"code":'], ['control characters', 'a\u0000b\u001b[31m\r\n'],
    ['half a surrogate pair', '\ud83d Code'], ['what a browser would run', '<script>alert(1)</script>'], ['what a shell would run', '$(reboot) `id` %s%n'],
    ['what looks like a code and is none', 'PIC-104 XAC-1045 AC-10455'], ['a text of 100,000 characters', 'code '.repeat(20_000)],
    ['more nesting than anybody looks through', JSON.parse(`${'{"a":'.repeat(20)}"AC-104"${'}'.repeat(20)}`)], ['a thousand members', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 'x']))],
    ['names that objects have', { constructor: 'x', toString: 'y', hasOwnProperty: 1 }],
  ])('has the general answer for %s, and repeats nothing of it', async (_what, error) => {
    expect((await environment().api.explainError(error)).body).toEqual({ code: 'UpstreamRejected', nextAction: 'contact_support', upstreamCode: null, userMessage: expect.stringMatching(/^[A-Z][^<$%]*\.$/) as string });
  });

  it('finds the code also where much stands before it, and in a member that would be a prototype', async () => {
    const { api } = environment();

    expect((await api.explainError(`TYPE | Code: AC-104 | Message: ${'x'.repeat(50_000)}`)).body.upstreamCode).toBe('AC-104');
    expect((await api.send('POST', '/v1/errors/explain', { rawBody: '{"error":{"__proto__":{"code":"AC-104"},"code":"AR-100"}}', headers: { 'content-type': 'application/json' } })).json).toMatchObject({ upstreamCode: 'AR-100' });
  });

  it('stores nothing, takes no key and asks nobody', async () => {
    const { api, simulator } = environment();
    const [rows, asked] = [await readRows(environment()), (await simulator.calls()).total];

    const replies = [];
    for (const error of ['AC-104', 'AC-105']) replies.push(await api.send('POST', '/v1/errors/explain', { body: { error }, idempotencyKey: 'explain' }));

    expect(replies.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([[200, null], [200, null]]);
    expect(replies.map(({ json }) => json)).toMatchObject([{ upstreamCode: 'AC-104' }, { upstreamCode: 'AC-105' }]);
    expect(changedRows(rows, await readRows(environment()))).toEqual([]);
    expect((await simulator.calls()).total).toBe(asked);
  });

  it.each<[string, unknown, string]>([
    ['no error', {}, 'error'], ['null', { error: null }, 'error'], ['a number', { error: 7 }, 'error'], ['a list', { error: ['AC-104'] }, 'error'], ['another field', { error: 'AC-104', message: 'x' }, 'message'],
  ])('refuses %s', async (_what, body, path) => {
    const { errors = [] } = await environment().api.refused('InvalidRequest', 'POST', '/v1/errors/explain', { body });

    expect(new Set(errors.map((error) => error.path))).toEqual(new Set([path]));
  });
});
