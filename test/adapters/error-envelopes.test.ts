import { describe, expect, it } from 'vitest';
import { findRefusal } from '../../lambdas/adapters/upstream-http/refusal.ts';
import { parseExactJson } from '../../lambdas/adapters/upstream-http/exact-json.ts';
import { answer } from './loopback.ts';
import { adaptersBefore, connectionId, jane, merchantId, person } from './upstreams.ts';

const accountPath = `/aerosync/v2/accounts/${connectionId}`;

describe('an error envelope', () => {
  it.each([
    ['the standard one', { error: { code: 'AP113', message: 'no user', help: 'contact support' } }, 'AP113'],
    ['without a code', { error: { message: 'no' } }, undefined],
    ['the older one', { success: false, code: 'AP300', error: 'text' }, 'AP300'],
    ['the older one with a number as flag', { success: 0, code: 'AP300' }, 'AP300'],
    ['without a wrapper', { code: 'MISSING_PARAMETER', message: 'aggregator' }, 'MISSING_PARAMETER'],
    ["Aerosync's", { error: { code: 'AC-204', message: 'no account' } }, 'AC-204'],
    ['a code in small letters', { error: { code: ' ac-104 ' } }, 'AC-104'],
    ['a code as a number', { error: { code: 113 } }, '113'],
    ['an HTTP status as the code', { code: 401, message: 'Unauthorized' }, undefined],
    ['only a text', { error: 'something broke' }, undefined],
    ['a code as the text', { error: 'AC-112', status: 'failed' }, 'AC-112'],
    ['a code in the text', { success: false, error: 'AP300: user action required' }, 'AP300'],
    ['a code in the message', { error: { message: 'Code: AC-104 | Message: reconnect' } }, 'AC-104'],
    ['a code under another name', { error: { errorCode: 'AC-102' } }, 'AC-102'],
    ['a code under another name, without a wrapper', { error_code: 'AC-102', message: 'not found' }, 'AC-102'],
    ['a code alone', { status: 'failed', code: 'AC-112' }, 'AC-112'],
    ['a code in another spelling', { error: { code: 'ac_112' } }, 'AC-112'],
    ['a code of Aeropay in another spelling', { error: { code: 'AP-113' } }, 'AP113'],
    ['only a status of its own', { status: 'error', statusCode: 400, message: 'bad' }, undefined],
  ])('is recognised: %s', (_form, body, code) => {
    const refusal = findRefusal(parseExactJson(JSON.stringify(body)));
    expect(refusal).toBeDefined();
    expect(refusal?.code).toBe(code);
  });

  it.each([
    ['a person whom upstream knows', { success: true, error: null, existingUser: { userId: '1' }, displayMessage: 'verify' }],
    ['a plain success', { status: 'success', statusCode: 200, jobId: 'REF-1' }],
    ['a success with a code and a message', { status: 'success', code: 'OK', message: 'fine' }],
    ['success as 1', { success: 1, user: {} }],
    ['an empty error', { error: '', token: 't' }],
    ['a list', []],
    ['nothing', null],
  ])('is not seen in %s', (_form, body) => {
    expect(findRefusal(parseExactJson(JSON.stringify(body)))).toBeUndefined();
  });

  it.each(['dr. canary', 'a'.repeat(41), '<b>', ''])('never hands on a code that does not look like one: %j', (code) => {
    expect(findRefusal({ error: { code } })).toEqual({ code: undefined, status: undefined });
  });
});

describe('an error envelope in a reply', () => {
  it.each([200, 400, 401, 403, 422])('is read before HTTP %i', async (status) => {
    const { accounts } = await adaptersBefore({ [accountPath]: answer(status, { error: { code: 'AC-104', message: 'reconnect' } }) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'UserActionRequired', details: { upstreamCode: 'AC-104' } });
  });

  it.each([
    ['a code alone', { code: 'AC-104' }], ['a success flag that is not true', { success: true, code: 'AC-104' }], ['a code in a text', { message: 'AC-104: reconnect' }], ['a code under another name', { errorCode: 'AC-104' }],
  ])('is read for its code whatever its form once HTTP says that it is an error: %s', async (_form, body) => {
    const { accounts } = await adaptersBefore({ [accountPath]: answer(400, body) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'UserActionRequired', details: { upstreamCode: 'AC-104' } });
  });

  it.each([
    [409, { error: { code: 'AC-112' } }], [400, { code: 'AC-112', status: 'failed' }], [429, { status: 'failed', statusCode: 429, message: 'AC-112: another job is running' }],
    [200, { success: false, error: 'AC-112' }], [405, { message: 'busy', error_code: 'AC-112' }], [500, { error: { code: 'AC-112' } }],
  ])('of a busy connection is one that surely accepted nothing, with HTTP %i and %j', async (status, body) => {
    const { jobs } = await adaptersBefore({ [`${accountPath}/refresh`]: answer(status, body) });
    await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toMatchObject({ code: 'UpstreamBusy', details: { surelyNotAccepted: true } });
  });

  it('counts with the status it claims itself when HTTP says 200', async () => {
    const { accounts } = await adaptersBefore({ [accountPath]: answer(200, { status: 'error', statusCode: 503 }) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
  });

  it('is found by a code that is also the name of a method of every object', async () => {
    const { accounts } = await adaptersBefore({ [accountPath]: answer(400, { error: { code: 'CONSTRUCTOR' } }) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'UpstreamRejected' });
  });
});

describe("Aerosync's codes", () => {
  it.each([
    ['AC-100', 'UpstreamRejected'],
    ['AC-102', 'NotFound'],
    ['AC-103', 'UpstreamUnavailable'],
    ['AC-104', 'UserActionRequired'],
    ['AC-105', 'NotAvailable'],
    ['AC-106', 'UpstreamRejected'],
    ['AC-112', 'UpstreamBusy'],
    ['AC-204', 'NotAvailable'],
    ['AC-500', 'UpstreamUnavailable'],
  ])('%s on a create is %s', async (upstreamCode, code) => {
    const { jobs } = await adaptersBefore({ [`${accountPath}/refresh`]: answer(400, { error: { code: upstreamCode, message: 'x' } }) });
    const surelyNotAccepted = code === 'UpstreamBusy';
    await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toMatchObject({ code, name: code, details: { upstreamCode, surelyNotAccepted } });
  });
});

describe("Aeropay's codes", () => {
  it.each([
    ['AP105', 'InvalidRequest', ['phoneNumber']],
    ['AP106', 'InvalidRequest', ['phoneNumber']],
    ['AP115', 'InvalidRequest', ['phoneNumber']],
    ['AP119', 'InvalidRequest', ['phoneNumber']],
    ['AP118', 'InvalidRequest', ['firstName', 'lastName']],
    ['AP700', 'UpstreamRejected', undefined],
    ['AP701', 'UpstreamRejected', undefined],
    ['AP102', 'UpstreamUnavailable', undefined],
    ['AP114', 'UpstreamRejected', undefined],
  ])('%s on a create is %s', async (upstreamCode, code, paths) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { error: { code: upstreamCode, message: `${jane.phoneNumber} is bad` } }) });
    const error: unknown = await aeropay.create(merchantId, jane).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, details: { upstreamCode } });
    expect((error as { details: { errors?: { path: string }[] } }).details.errors?.map(({ path }) => path)).toEqual(paths);
    expect(JSON.stringify([(error as Error).message, (error as { details: unknown }).details])).not.toContain(jane.phoneNumber);
  });

  it.each([
    ['AP111', 'VerificationFailed', undefined],
    ['AP112', 'VerificationFailed', 'resend_code'],
    ['AP113', 'UpstreamRejected', undefined],
  ])('%s on a code is %s', async (upstreamCode, code, nextAction) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/confirmUser': answer(200, { error: { code: upstreamCode, message: 'x' } }) });
    const error: unknown = await aeropay.confirm(merchantId, person, '123456').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, details: { upstreamCode } });
    expect((error as { details: { nextAction?: string } }).details.nextAction).toBe(nextAction);
  });
});
