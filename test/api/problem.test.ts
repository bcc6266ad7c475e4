import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemShape } from '../../lambdas/contract/shapes.ts';
import { getHealthContract } from '../../lambdas/contract/system.ts';
import { errorCatalogue } from '../../lambdas/domain/error-catalogue.ts';
import { AppError, errorCodes } from '../../lambdas/domain/errors.ts';
import { answer } from '../../lambdas/runtime/http-answer.ts';
import { aPerson, createUser } from '../support/api-world.ts';
import { networkUser, refusing } from '../support/fake-upstream.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;

beforeAll(async () => {
  api = await startApi();
  merchant = await api.newMerchant();
});
afterAll(() => api.stop());
beforeEach(() => {
  api.upstream.reset();
  api.logLines.length = 0;
});

const create = (person = aPerson()) => api.call('POST', '/v1/users', { key: merchant.key, body: person });

describe('a failed request', () => {
  it.each(errorCodes)('that ends as %s is a problem with the status, title and next action of the catalogue', async (code) => {
    const entry = errorCatalogue[code];
    api.upstream.answerCreate = refusing(code);
    const reply = await create();
    expect(reply.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(problemShape.strict().parse(reply.body)).toEqual({
      type: `urn:aerobridge:error:${code}`,
      title: entry.title,
      status: entry.status,
      code,
      detail: expect.stringMatching(/.+/) as string,
      userMessage: entry.userMessage,
      nextAction: entry.nextAction,
      retryable: entry.retryable,
      requestId: reply.headers['x-request-id'],
    });
    expect(reply.status).toBe(entry.status);
  });

  it.each(['TooManyRequests', 'UpstreamUnavailable', 'UpstreamThrottled', 'UpstreamBusy', 'IdempotencyInProgress'] as const)('that ends as %s says when to come back', async (code) => {
    api.upstream.answerCreate = refusing(code);
    expect((await create()).headers['retry-after']).toMatch(/^[1-9]\d*$/);
    api.upstream.answerCreate = refusing(code, { retryAfterSeconds: 16.2 });
    expect((await create()).headers['retry-after']).toBe('17');
  });

  it('that cannot succeed by itself names no time to come back', async () => {
    api.upstream.answerCreate = refusing('UpstreamRejected', { retryAfterSeconds: 5 });
    expect((await create()).headers).not.toHaveProperty('retry-after');
  });

  it.each([
    ['a defect', new TypeError('canary-7331 is not a function')],
    ['a failure of ours with a text of its own', new AppError('Internal', 'row canary-7331 differs')],
    ['something that is no error', 'canary-7331'],
  ])('through %s shows nothing of it, and is logged with the place it came from', async (_case, thrown) => {
    api.upstream.answerCreate = async () => {
      throw thrown; // eslint-disable-line @typescript-eslint/only-throw-error -- what a library may do
    };
    const reply = await create();
    expect(reply).toMatchObject({ status: 500, body: { code: 'Internal', nextAction: 'retry_later', retryable: true } });
    expect(JSON.stringify(reply)).not.toContain('7331');
    const line = api.logLines.find(({ level }) => level === 'error');
    expect(line).toMatchObject({ message: 'failed', fields: { route: 'create-user', status: 500, code: 'Internal', requestId: reply.headers['x-request-id'], merchantId: merchant.merchantId } });
    expect(line?.fields['errorName']).toMatch(/^(TypeError|Internal|string)$/);
  });

  it('whose time runs out is answered before the function is killed', async () => {
    api.upstream.answerCreate = () => new Promise(() => {});
    const reply = await api.call('POST', '/v1/users', { key: merchant.key, body: aPerson(), remainingMs: 250 });
    expect(reply).toMatchObject({ status: 500, body: { code: 'Internal', retryable: true } });
  });
});

describe('a reply that breaks the contract', () => {
  it('is a fault of ours, logged by path and never sent', async () => {
    api.upstream.answerMint = async () => ({ token: 7331 as unknown as string, lifetimeSeconds: 1800, url: null });
    const user = await createUser(api, merchant);
    const reply = await api.call('POST', `/v1/users/${String(user['id'])}/widget-tokens`, { key: merchant.key, body: { purpose: 'link' } });
    expect(reply).toMatchObject({ status: 500, body: { code: 'Internal' } });
    expect(api.logLines.at(-1)?.fields['reason']).toBe('the reply of issue-widget-token differs from its contract at token, widget.token');
  });
});

describe('a reply', () => {
  it('carries only what its contract lists, whatever stands in the row', () => {
    const row = { status: 'ok', version: '1', secret: 'canary-7331' };
    expect(answer(getHealthContract, { status: 200, body: row }).body).toBe('{"status":"ok","version":"1"}');
  });

  it('has a status that its contract names', () => {
    expect(() => answer(getHealthContract, { status: 201, body: { status: 'ok', version: '1' } })).toThrow('get-health answered 201, which its contract does not name');
  });
});

describe('the log', () => {
  it('has one line per request, with ids, code and duration', async () => {
    await create();
    expect(api.logLines).toEqual([
      {
        level: 'info',
        message: 'answered',
        fields: {
          route: 'create-user',
          status: 201,
          code: undefined,
          upstreamCode: undefined,
          requestId: expect.any(String) as string,
          merchantId: merchant.merchantId,
          keyId: expect.stringMatching(/^key_/) as string,
          replayed: undefined,
          durationMs: 0,
        },
      },
    ]);
  });

  it('carries nothing of a person, a code, a key or a body, whatever goes wrong', async () => {
    api.upstream.answerCreate = networkUser;
    const person = aPerson({ firstName: 'Canaryfirst', lastName: 'Canarylast', email: 'canary@example.com' });
    const headers = { 'Idempotency-Key': 'canary-idempotency' };
    const user = await createUser(api, merchant, person);
    const path = `/v1/users/${String(user['id'])}/verification`;
    await api.call('POST', '/v1/users', { key: merchant.key, body: { ...person, email: 'canary@' }, headers });
    await api.call('POST', '/v1/users', { key: merchant.key, body: { ...person, externalId: 'canary-external' }, headers });
    api.upstream.answerConfirm = refusing('VerificationFailed', { upstreamCode: 'AP111' });
    await api.call('POST', path, { key: merchant.key, body: { code: '73317331' }, headers });
    await api.call('POST', path, { key: merchant.key, body: '{"code":"73317331"', headers });
    await api.call('GET', '/v1/users', { key: merchant.key, query: { externalId: 'canary-external', cursor: 'canary-cursor' } });
    api.upstream.answerConfirm = async () => Promise.reject(new Error('canary-cause 73317331'));
    await api.call('POST', path, { key: merchant.key, body: { code: '73317331' } });
    expect(api.logLines.length).toBeGreaterThanOrEqual(7);
    const text = JSON.stringify(api.logLines);
    for (const canary of ['anary', '73317331', person.phoneNumber.slice(2), merchant.key, 'Bearer']) expect(text).not.toContain(canary);
  });
});
