import { describe, expect, it } from 'vitest';
import { answer, type Respond } from './loopback.ts';
import { adaptersBefore, connectionId, HandClock, jobId, merchantId } from './upstreams.ts';

const account = `/aerosync/v2/accounts/${connectionId}`;
const dates = { startDate: '2025-01-01', endDate: '2025-01-31' };

describe('creating a job', () => {
  it.each([
    ['balance', null, 'refresh', {}],
    ['transactions', dates, 'transactions', dates],
    ['transactions', null, 'transactions', {}],
    ['identity', null, 'identity', {}],
  ] as const)('of type %s with dates %j posts to %s', async (type, range, path, body) => {
    const reply = { status: 'success', statusCode: 200, identityStatus: 'Initiated', jobId, userId: connectionId, connectionId };
    const { jobs, upstream } = await adaptersBefore({ [`${account}/${path}`]: answer(200, reply) });
    expect(await jobs.create(merchantId, connectionId, type, range)).toEqual({ upstreamJobId: jobId });
    expect(upstream.seen[1]).toMatchObject({ method: 'POST', path: `${account}/${path}`, headers: { authorization: 'Bearer sync.jwt', accept: 'application/json', 'content-type': 'application/json' } });
    expect(upstream.seen[1]?.body).toEqual(body);
  });

  it('sends nothing once the time for it is over, also when the token took it', async () => {
    const clock = new HandClock();
    const slowToken: Respond = (seen, response) => {
      clock.pass(12);
      answer(200, { TTL: '1800', token: 'sync.jwt' })(seen, response);
    };
    const { jobs, upstream } = await adaptersBefore({ '/aerosync/v2/token': slowToken }, { clock });
    const soon = new Date(clock.now().getTime() + 10_000);
    await expect(jobs.create(merchantId, connectionId, 'balance', null, soon)).rejects.toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
    expect(upstream.seen.map(({ path }) => path)).toEqual(['/aerosync/v2/token']);
  });

  it.each([{ jobId: 4711 }, { job_id: '4711' }])('reads its id from %j', async (said) => {
    const { jobs } = await adaptersBefore({ [`${account}/refresh`]: answer(200, { status: 'success', ...said }) });
    expect(await jobs.create(merchantId, connectionId, 'balance', null)).toEqual({ upstreamJobId: '4711' });
  });

  it('without a jobId in the reply is refused, naming the path', async () => {
    const { jobs } = await adaptersBefore({ [`${account}/refresh`]: answer(200, { status: 'success' }) });
    await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toThrow('Aerosync create balance job: the reply differs at jobId');
  });
});

describe("a job's status", () => {
  const read = async (reply: unknown, status = 200) => {
    const { jobs } = await adaptersBefore({ [`${account}/job/${jobId}`]: answer(status, reply) });
    return jobs.readState(merchantId, connectionId, jobId);
  };

  it.each([
    ['Initiated', false, 'processing'], ['initiated', false, 'processing'], ['IN_PROGRESS', false, 'processing'], ['in progress', false, 'processing'],
    ['MFA_REQUIRED', true, 'mfa_required'], ['Pending MFA', true, 'mfa_required'], ['pending_mfa', false, 'mfa_required'], ['IN_PROGRESS', true, 'mfa_required'],
    ['a word added next year', true, 'mfa_required'], ['a word added next year', false, 'processing'], ['', null, 'processing'],
    ['COMPLETED', false, 'completed'], ['completed', true, 'completed'], ['Completed', null, 'completed'],
    ['FAILED', false, 'failed'], ['failed', true, 'failed'],
    ['PendingMFA', true, 'mfa_required'], ['pending-mfa', null, 'mfa_required'], ['inProgress', false, 'processing'], ['INITIATED', null, 'processing'], ['FAILED', 'perhaps', 'failed'],
  ])('%j with mfaTriggered %j is %s', async (jobStatus, mfaTriggered, state) => {
    expect(await read({ status: 'success', statusCode: 200, jobStatus, mfaTriggered, jobId })).toMatchObject({ state });
  });

  it.each([['MFA_REQUIRED', true, {}], ['pending_mfa', false, {}], ['IN_PROGRESS', true, { byFlagOnly: true }], ['a word added next year', true, { byFlagOnly: true }]])('%j with mfaTriggered %j tells whether the flag alone asks for the person: %j', async (jobStatus, mfaTriggered, told) => {
    expect(await read({ jobStatus, mfaTriggered, jobId })).toEqual({ state: 'mfa_required', ...told });
  });

  it.each([
    [{ error: { code: 'AC-104', message: 'reconnect' } }],
    [{ error: { message: 'AC-104: reconnect' } }],
    [{ error: 'Code: AC-104' }],
    [{ errorCode: 'AC-104' }],
    [{ error_code: 'ac-104' }],
    [{ code: 'AC-104', message: 'reconnect' }],
    [{ ac_code: 'AC_104' }],
    [{ message: 'BANK | Code: AC-104 | Message: reconnect' }],
    [{ success: false, code: 'AC-104', error: 'reconnect' }],
    [{ error: { details: { code: 'AC-104' } } }],
    [{ errors: [{ code: 'AC-104' }] }],
    [{ jobError: { acCode: 'AC-104', message: 'after AC-103' } }],
    [{ message: 'after AC-103', failureCode: 'AC-104' }],
    [{ data: { reason: { text: 'AC104' } } }],
    [{ failureReason: 'AC-104' }],
  ])('FAILED with %j carries AC-104 and is a state, not an error', async (where) => {
    expect(await read({ jobStatus: 'FAILED', mfaTriggered: false, ...where })).toEqual({ state: 'failed', upstreamCode: 'AC-104' });
  });

  it('FAILED under an HTTP error is a state as well', async () => {
    expect(await read({ jobStatus: 'FAILED', error: { code: 'AC-105' } }, 400)).toEqual({ state: 'failed', upstreamCode: 'AC-105' });
  });

  it.each([[{}], [{ message: 'the bank failed' }], [{ error: null }], [{ code: 17 }], [{ code: 'AP300' }], [{ jobId: 'TRN-9f5549d6-e402-43f4-8351-ac104018de7a80' }]])('FAILED with %j carries no code', async (where) => {
    expect(await read({ jobStatus: 'FAILED', ...where })).toEqual({ state: 'failed', upstreamCode: null });
  });

  it.each([
    [{ job_status: 'COMPLETED', job_id: jobId }, 'completed'],
    [{ transactionStatus: 'completed', jobId }, 'completed'],
    [{ identityStatus: 'Pending MFA', jobId }, 'mfa_required'],
    [{ status: 'COMPLETED', jobId }, 'completed'],
    [{ status: 'MFA_REQUIRED', mfa_triggered: true, jobId: 4711 }, 'mfa_required'],
    [{ status: 'success', statusCode: 200, jobStatus: null, balanceStatus: 'Initiated', jobId }, 'refused'],
    [{ status: 'failed', message: 'no such thing' }, 'refused'],
  ])('under another name is read, unless it says how the call went: %j', async (reply, state) => {
    expect(await read(reply).then((found) => found.state, () => 'refused')).toBe(state);
  });

  it('without a job status is refused, naming the path', async () => {
    await expect(read({ status: 'success', mfaTriggered: false })).rejects.toThrow('Aerosync job status: the reply differs at jobStatus');
  });

  it('keeps the value of a strange status out of the message', async () => {
    await expect(read({ jobStatus: { secret: 'canary' } })).rejects.toThrow(/reply differs at jobStatus$/);
  });
});

describe("the code of a failed job's code", () => {
  it.each([
    ['AC-104', 'UserActionRequired'], ['AC-105', 'NotAvailable'], ['AC-102', 'NotFound'], ['AC-103', 'UpstreamUnavailable'], ['AC-500', 'UpstreamUnavailable'],
    ['AC-112', 'UpstreamUnavailable'], ['AC-106', undefined], ['AC-999', undefined], ['constructor', undefined],
  ])('%s is %s', async (upstreamCode, code) => {
    const { jobs } = await adaptersBefore({});
    expect(jobs.errorCodeFor(upstreamCode)).toBe(code);
  });
});
