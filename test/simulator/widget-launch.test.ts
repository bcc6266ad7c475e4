import { describe, expect, it } from 'vitest';
import { usualOtpConfigurationId } from '../../simulator/merchants.ts';
import { acme, bolt } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';
import { accountOf, atBank, complained, loaded, successOf, visitWidget, wrongAnswer } from './widget-visitor.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the widget launched again', () => {
  async function askingJob() {
    const visitor = await visitWidget();
    const { connectionId } = (await visitor.sim('/connections', { body: { scenario: 'mfa', aeroPassUserUuid: visitor.userId } })).body;
    const id = connectionId ?? '';
    const { jobId } = (await visitor.aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token: await visitor.apiToken() })).body;
    await visitor.advance(1);
    const status = async () => (await visitor.aerosync(`/v2/accounts/${id}/job/${jobId}`, { token: await visitor.apiToken() })).body.jobStatus;
    return { ...visitor, id, jobId, status, mfa: { handleMFA: 'true', jobId, connectionId: id } };
  }

  it('for MFA answers the job\'s question, which goes on', async () => {
    const { open, submit, mfa, advance, status, id, userId } = await askingJob();
    const question = await open(mfa);
    expect(question).toMatchObject({ page: { name: 'question' }, messages: [loaded('mfa')] });

    const again = await submit(question, { answer: 'wrong' });
    expect([again.messages, await status()]).toEqual([[complained(wrongAnswer)], 'MFA_REQUIRED']);
    const done = await submit(again, { answer: 'correct' });

    expect(successOf(done)).toEqual({ connectionId: id, clientName: 'acme', aeroPassUserUuid: userId });
    expect(await status()).toBe('IN_PROGRESS');
    await advance(1);
    expect(await status()).toBe('COMPLETED');
  });

  it('for MFA and closed leaves the question open', async () => {
    const { open, act, mfa, status } = await askingJob();
    await act(await open(mfa), { action: 'close' });
    expect(await status()).toBe('MFA_REQUIRED');
    expect((await open(mfa)).page.name).toBe('question');
  });

  it('takes the names that older SDKs have for the connection', async () => {
    const { openAs, widgetToken, mfa, jobId, id } = await askingJob();
    for (const name of ['userId', 'userID']) {
      const question = await openAs({ token: await widgetToken(), handleMFA: 'true', jobId, [name]: id });
      expect(question.page.name).toBe('question');
    }
    expect(mfa.connectionId).toBe(id);
  });

  it('is refused without ids, for another person\'s job, for one that asks nothing and for one that waited too long', async () => {
    const { open, mfa, advance, sim, jobId } = await askingJob();
    const other = await visitWidget();
    const text = async (query: Record<string, string>, visitor = open) => (await visitor(query)).messages[1]?.payload;

    expect(await text({ handleMFA: 'true' })).toBe('INVALID_REQUEST | Code: AC-100 | Message: handleMFA needs a jobId and a connectionId.');
    expect(await text({ ...mfa, jobId: 'REF-1' })).toBe('USER_NOT_FOUND | Code: AC-102 | Message: User not found.');
    expect(await text(mfa, other.open)).toBe('USER_NOT_FOUND | Code: AC-102 | Message: User not found.');
    await advance(900);
    expect(await text(mfa)).toBe('POLLING_TIMEOUT | Code: AR-100 | Message: No response from the user in time.');

    const second = await askingJob();
    await second.sim(`/jobs/${second.jobId}/mfa`, { method: 'POST' });
    expect((await second.open(second.mfa)).messages[1]?.payload).toBe('INVALID_REQUEST | Code: AC-100 | Message: This job asks nothing.');
    expect((await sim(`/jobs/${jobId}/mfa`, { method: 'POST' })).status).toBe(409);
  });

  it('for a broken connection renews it under the same id', async () => {
    const visitor = await visitWidget();
    const linked = successOf(await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth'), 'revoked', 'x'));
    expect((await accountOf(visitor, linked.connectionId)).connectionStatus).toBe('REVOKED_BY_USER');

    const credentials = await visitor.open({ connectionId: linked.connectionId });
    expect(credentials.page).toMatchObject({ name: 'credentials', title: 'Aerobank NonOAuth' });
    const renewed = await visitor.signIn(credentials, 'sync', 'no_mfa');

    expect(successOf(renewed).connectionId).toBe(linked.connectionId);
    expect((await accountOf(visitor, linked.connectionId)).connectionStatus).toBe('CONNECTED');
  });

  it('for another account of the same bank makes a new connection and leaves the old one as it was', async () => {
    const visitor = await visitWidget();
    const linked = successOf(await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth'), 'expired_consent', 'x'));

    const other = successOf(await visitor.signIn(await visitor.open({ connectionId: linked.connectionId }), 'other_account', 'x'));

    expect(other.connectionId).not.toBe(linked.connectionId);
    expect([(await accountOf(visitor, linked.connectionId)).connectionStatus, (await accountOf(visitor, other.connectionId)).connectionStatus]).toEqual(['EXPIRED_CONSENT', 'CONNECTED']);
  });

  it('renews nothing of somebody else\'s', async () => {
    const visitor = await visitWidget();
    const strange = await visitor.linkBank('expired_consent');
    expect((await visitor.open({ connectionId: strange })).messages[1]?.payload).toBe('USER_NOT_FOUND | Code: AC-102 | Message: User not found.');
  });
});

describe('a widget token', () => {
  it('is needed, must live, and fits one person', async () => {
    const visitor = await visitWidget();
    const token = await visitor.widgetToken();
    const invalid = 'INVALID_TOKEN | Code: AC-001 | Message: Invalid API key and secret.';
    const text = async (query: Record<string, string>) => {
      const { page, messages } = await visitor.openAs(query);
      expect(page).toMatchObject({ name: 'error', choices: [] });
      return messages.at(-1)?.payload;
    };
    expect(await text({})).toBe(invalid);
    expect(await text({ token: 'aaa.bbb.ccc' })).toBe(invalid);
    expect(await text({ token: await visitor.apiToken() })).toBe(invalid);
    expect(await text({ token, aeroPassUserUuid: '49681f36-bbe0-4038-b024-a5d86584255a' })).toBe('INVALID_REQUEST | Code: AC-100 | Message: aeroPassUserUuid is not the one this token was made for.');
    await visitor.advance(1800);
    expect(await text({ token, aeroPassUserUuid: visitor.userId })).toBe(invalid);
  });

  it('from Aeropay works as well', async () => {
    const visitor = await visitWidget();
    const { body } = await visitor.aeropay('/v2/aggregatorCredentials?aggregator=aerosync', { token: await visitor.userToken(visitor.userId) });
    expect((await visitor.openAs({ token: body.token, version: '2.0.0' })).page.name).toBe('select_bank');
  });

  it('links for its own merchant', async () => {
    const visitor = await visitWidget();
    const first = await visitor.open();
    const { phoneNumber } = (await visitor.aeropay('/v2/user', { token: await visitor.userToken(visitor.userId) })).body.user as unknown as { phoneNumber: string };
    await visitor.createUser({ phoneNumber }, bolt);
    await visitor.aeropay('/v2/confirmUser', { token: await visitor.merchantToken(bolt), body: { userId: visitor.userId, code: '000000', merchantId: 2001 } });
    expect((await visitor.aerosync('/v2/token_widget', { body: { ...bolt.aerosync, aeroPassUserUuid: visitor.userId } })).status).toBe(200);

    const { connectionId } = successOf(await visitor.signIn(await visitor.choose(first, 'aerobank_nonoauth'), 'sync', 'no_mfa'));

    expect((await accountOf(visitor, connectionId)).bankName).toBe('Aerobank NonOAuth');
    expect((await visitor.aerosync(`/v2/accounts/${connectionId}`, { token: await visitor.apiToken(bolt) })).status).toBe(404);
  });
});

describe('the payload for an SDK up to 1.1.3', () => {
  it('has user_id and user_password, and the host hears that the widget is loaded', async () => {
    const visitor = await visitWidget();
    const first = await visitor.openAs({ token: await visitor.widgetToken(), consumerId: 'brand' });
    expect(first.messages).toEqual([{ type: 'widgetLoaded', payload: {} }, loaded('selectBank')]);

    const done = await visitor.signIn(await visitor.choose(first, 'aerobank_nonoauth'), 'sync', 'no_mfa');

    expect(successOf(done)).toEqual({ user_id: matching(uuid), user_password: matching(uuid), ClientName: 'acme', FILoginAcctId: aText });
    const { user_id } = successOf(done) as unknown as { user_id: string };
    expect((await accountOf(visitor, user_id)).bankName).toBe('Aerobank NonOAuth');
  });
});

describe('the widget\'s code for people it knows', () => {
  const known = async (options: Parameters<typeof visitWidget>[0] = {}) => {
    const visitor = await visitWidget(options);
    await visitor.sim('/connections', { body: { aeroPassUserUuid: visitor.userId } });
    return visitor;
  };

  it.each([
    ['0000', 'select_bank', null],
    ['0001', 'otp', 'OTP_EXPIRED | Code: AR-100 | Message: The code has expired. Please ask for a new one.'],
    ['0002', 'error', 'OTP_TOO_MANY_ATTEMPTS | Code: AC-117 | Message: Too many attempts. Please try again later.'],
    ['0003', 'error', 'USER_NOT_FOUND | Code: AC-102 | Message: Account not found.'],
    ['0004', 'error', 'SERVER_ERROR | Code: AR-500 | Message: Something went wrong. Please try again later.'],
    ['4711', 'otp', 'OTP_INVALID | Code: AC-117 | Message: The code is invalid. Please try again.'],
  ])('%s leads to %s', async (code, page, error) => {
    const visitor = await known();
    const otp = await visitor.open({ configurationId: usualOtpConfigurationId });
    expect(otp).toMatchObject({ page: { name: 'otp' }, messages: [loaded('otp')] });
    const next = await visitor.submit(otp, { code });
    expect(next.page.name).toBe(page);
    expect(next.messages.filter(({ type }) => type === 'widgetError')).toEqual(error === null ? [] : [complained(error)]);
  });

  it('is asked for with the merchant\'s designated configuration only, and never of somebody new', async () => {
    const visitor = await known({ merchants: [{ ...acme, otpConfigurationId: 'acme-otp' }] });
    const first = async (query: Record<string, string>) => (await visitor.open(query)).page.name;
    expect([await first({}), await first({ configurationId: usualOtpConfigurationId }), await first({ configurationId: 'acme-otp' })]).toEqual(['select_bank', 'select_bank', 'otp']);
    const stranger = await visitWidget();
    expect((await stranger.open({ configurationId: usualOtpConfigurationId })).page.name).toBe('select_bank');
  });
});
