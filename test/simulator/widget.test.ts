import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { usualOtpConfigurationId } from '../../simulator/merchants.ts';
import { acme, bolt } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';
import { complained, loaded, successOf, visitWidget, type Visitor } from './widget-visitor.ts';

const hex32 = /^[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const incorrect = 'INCORRECT_CREDENTIALS | Code: AC-117 | Message: The credentials are incorrect. Please try again.';
const wrongAnswer = 'INCORRECT_CREDENTIALS | Code: AC-117 | Message: The answer is incorrect. Please try again.';

/** Through the first page to a bank. */
const atBank = async (visitor: Visitor, bank: string, query: Record<string, string> = {}) => visitor.choose(await visitor.open(query), bank);

const account = async ({ aerosync, apiToken }: Visitor, connectionId: string) => (await aerosync(`/v2/accounts/${connectionId}`, { token: await apiToken() })).body.account;

describe('the hosted widget\'s pages', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/?token=x&version=2.0.0', 'text/html; charset=utf-8'],
    ['/embedded-view?token=x', 'text/html; charset=utf-8'],
    ['/widget/bank?key=x', 'text/html; charset=utf-8'],
  ])('%s may be framed by anybody, tells no other site its URL, and its scripts and styles are there', async (path, type) => {
    const { simulator } = await visitWidget();

    const page = await fetch(simulator.url + path);

    expect(page.headers.get('content-type')).toBe(type);
    expect(page.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.has('x-frame-options')).toBe(false);
    const wanted = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(wanted.length).toBeGreaterThan(1);
    for (const url of wanted) {
      const file = await fetch(simulator.url + url);
      expect([url, file.status]).toEqual([url, 200]);
      for (const [, imported] of (await file.text()).matchAll(/from '([^']+)'/g)) expect((await fetch(simulator.url + (imported ?? ''))).status).toBe(200);
    }
  });

  it('list the banks of the sandbox', async () => {
    const { open, simulator } = await visitWidget();
    const names = ['Aerosync Bank (MFA)', 'Aerosync Bank (OAuth)', 'Aerosync Bank (MFA Trigger)', 'Aerobank NonOAuth', 'Aerobank OAuth'];
    expect((await open()).page.choices.map(({ label }) => label)).toEqual([...names, 'Enter account and routing number']);
    const { banks } = (await (await fetch(`${simulator.url}/widget/banks`)).json()) as { banks: { label: string }[] };
    expect(banks.map(({ label }) => label)).toEqual(names);
  });
});

describe('linking a bank in the widget', () => {
  it('tells the host of every page, of the error and of the success', async () => {
    const visitor = await visitWidget();
    const first = await visitor.open();
    expect(first).toMatchObject({ page: { name: 'select_bank' }, notice: null, messages: [loaded('selectBank')], returnUrl: null });
    const credentials = await visitor.choose(first, 'aerobank_nonoauth');
    expect(credentials.messages).toEqual([loaded('credentials')]);

    const again = await visitor.signIn(credentials, 'sync', 'wrong');
    expect(again).toMatchObject({ page: { name: 'credentials' }, notice: 'The credentials are incorrect. Please try again.', messages: [complained(incorrect)] });

    const done = await visitor.signIn(again, 'sync', 'no_mfa');
    const payload = { connectionId: matching(hex32), clientName: 'acme', aeroPassUserUuid: visitor.userId };
    expect(done).toMatchObject({ page: { name: 'success' }, notice: null, messages: [loaded('success'), { type: 'pageSuccess', payload }] });
    expect(await account(visitor, successOf(done).connectionId)).toMatchObject({ bankName: 'Aerobank NonOAuth', accountType: 'CHECKING', connectionStatus: 'CONNECTED' });
    expect((await visitor.look(done)).messages).toEqual([]);
  });

  it.each([
    ['aerosync_bank_mfa', 'any', 'thing', 'Berlin', 'default'],
    ['aerosync_bank_mfa_trigger', 'mxuser', 'challenge', 'correct', 'mfa'],
    ['aerobank_nonoauth', 'sync', 'mfa', 'correct', 'default'],
  ])('%s lets %s/%s in after a question', async (bank, user, password, answer, scenario) => {
    const visitor = await visitWidget();
    const question = await visitor.signIn(await atBank(visitor, bank), user, password);
    expect(question).toMatchObject({ page: { name: 'question' }, messages: [loaded('mfa')] });

    const { connectionId } = successOf(await visitor.submit(question, { answer }));

    expect((await visitor.sim(`/connections/${connectionId}/expected`)).body).toMatchObject({ scenario });
  });

  it.each([
    ['aerosync_bank_mfa_trigger', 'mxuser', 'challenge'],
    ['aerobank_nonoauth', 'sync', 'mfa'],
  ])('%s takes no other answer than `correct`', async (bank, user, password) => {
    const visitor = await visitWidget();
    const question = await visitor.signIn(await atBank(visitor, bank), user, password);
    const again = await visitor.submit(question, { answer: 'Berlin' });
    expect(again).toMatchObject({ page: { name: 'question' }, messages: [complained(wrongAnswer)] });
    expect((await visitor.submit(again, { answer: 'correct' })).page.name).toBe('success');
  });

  it.each([
    ['aerosync_bank_mfa_trigger', 'sync', 'no_mfa'],
    ['aerosync_bank_mfa_trigger', 'mxuser', 'wrong'],
    ['aerobank_nonoauth', 'mxuser', 'challenge'],
    ['aerosync_bank_mfa', '', 'x'],
  ])('%s does not let %s/%s in', async (bank, user, password) => {
    const visitor = await visitWidget();
    expect((await visitor.signIn(await atBank(visitor, bank), user, password)).messages).toEqual([complained(incorrect)]);
  });

  it.each([['aerosync_bank_mfa_trigger'], ['aerobank_nonoauth']])('%s lets anybody in, with any answer, where contradiction 24 is on side A', async (bank) => {
    const visitor = await visitWidget({ contradictions: { 24: 'A' } });
    const seen = await visitor.signIn(await atBank(visitor, bank), 'any', 'thing');
    expect((seen.page.name === 'question' ? await visitor.submit(seen, { answer: 'any' }) : seen).page.name).toBe('success');
  });

  it.each([['decimals'], ['fails_once'], ['joint_account']])('a user called %s chooses that scenario at any bank', async (user) => {
    const visitor = await visitWidget();
    const { connectionId } = successOf(await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth'), user, 'x'));
    expect((await visitor.sim(`/connections/${connectionId}/expected`)).body).toMatchObject({ scenario: user });
  });

  it('hands over several accounts without a top-level connectionId', async () => {
    const visitor = await visitWidget();
    const selection = await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth'), 'multi_account', 'x');
    expect(selection.page.picks.map(({ label }) => label)).toEqual(['1. Checking', '2. Savings', '3. Checking']);
    expect((await visitor.submit(selection, {}, [])).notice).toBe('Please select an account.');

    const done = await visitor.submit(selection, {}, ['0', '1']);

    const { accounts, ...rest } = successOf(done);
    expect(rest).toEqual({ clientName: 'acme', aeroPassUserUuid: visitor.userId });
    expect(accounts).toEqual([
      { connectionId: matching(hex32), accountType: 'CHECKING', accountNumberDisplay: matching(/^\d{4}$/) },
      { connectionId: matching(hex32), accountType: 'SAVINGS', accountNumberDisplay: matching(/^\d{4}$/) },
    ]);
  });

  it('by account and routing number makes a manual link', async () => {
    const visitor = await visitWidget();
    const form = await visitor.choose(await visitor.open(), 'manual_link');
    expect((await visitor.submit(form, { routing: '12345678', account: '12345678' })).messages).toEqual([
      complained('INCORRECT_CREDENTIALS | Code: AC-117 | Message: Please check the account and routing numbers.'),
    ]);
    const { connectionId } = successOf(await visitor.submit(form, { routing: '456987123', account: '987654321' }));
    expect(await account(visitor, connectionId)).toMatchObject({ accountNumber: '987654321', canFetchBalance: false });
    expect((await visitor.open({ manualLinkOnly: 'true' })).page.name).toBe('manual_link');
  });

  it.each([
    ['server_error', 'SERVER_ERROR | Code: AR-500 | Message: Something went wrong. Please try again later.'],
    ['polling_timeout', 'POLLING_TIMEOUT | Code: AR-100 | Message: No response from the user in time.'],
    ['no_accounts', 'NO_ACCOUNTS | Code: AC-204 | Message: No account information is available. Please choose another bank.'],
    ['bank_failed', 'BANK_ERROR | Code: AC-103 | Message: The bank failed to send the account number, routing number or balance.'],
    ['degenerate_error', 'Code: AC-500'],
  ])('ends on the error page for %s, from which one may try again', async (user, text) => {
    const visitor = await visitWidget();
    const error = await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth'), user, 'x');
    expect(error).toMatchObject({ page: { name: 'error' }, messages: [loaded('error'), complained(text)] });
    expect((await visitor.choose(error, 'again')).page.name).toBe('select_bank');
  });

  it('starts at the bank that was chosen in the embedded view', async () => {
    const { open } = await visitWidget();
    expect((await open({ stateCode: 'aerobank_nonoauth' })).page).toMatchObject({ name: 'credentials', title: 'Aerobank NonOAuth' });
    expect((await open({ stateCode: 'no_such_bank' })).page.name).toBe('select_bank');
  });

  it('says when it is closed, and does nothing from then on', async () => {
    const visitor = await visitWidget();
    const closed = await visitor.act(await visitor.open(), { action: 'close' });
    expect(closed).toMatchObject({ page: { name: 'closed' }, messages: [{ type: 'widgetClose', payload: {} }] });
    expect(await visitor.choose(closed, 'aerobank_nonoauth')).toMatchObject({ page: { name: 'closed' }, messages: [] });
  });

  it('gives a person up after 15 minutes', async () => {
    const visitor = await visitWidget();
    const seen = await visitor.open();
    await visitor.advance(899);
    const bank = await visitor.choose(seen, 'aerobank_nonoauth');
    await visitor.advance(900);
    expect((await visitor.signIn(bank, 'sync', 'no_mfa')).messages[1]).toEqual(complained('POLLING_TIMEOUT | Code: AR-100 | Message: No response from the user in time.'));
  });
});

describe('a bank with a window of its own', () => {
  const inWindow = async (visitor: Visitor, url: string, user: string, password: string) => {
    const response = await visitor.post('/widget/sign-in', { key: new URL(url).searchParams.get('key'), fields: { user, password } });
    return { status: response.status, body: (await response.json()) as { notice: string | null; returnUrl: string | null } };
  };

  it('is named to the host, and the widget goes on by itself once the person has signed in there', async () => {
    const visitor = await visitWidget();
    const waiting = await atBank(visitor, 'aerobank_oauth');
    const url = waiting.page.windowUrl ?? '';
    expect(waiting.messages).toEqual([loaded('launchExternalWindow', url)]);
    expect((await fetch(url)).status).toBe(200);

    expect((await inWindow(visitor, url, 'sync', 'mfa')).body).toEqual({ notice: 'The credentials are incorrect. Please try again.', returnUrl: null });
    expect((await visitor.look(waiting)).messages).toEqual([complained(incorrect)]);
    expect((await inWindow(visitor, url, 'sync', 'no_mfa')).body).toEqual({ notice: null, returnUrl: null });
    const selection = await visitor.look(waiting);
    expect(selection).toMatchObject({ page: { name: 'select_account' }, messages: [loaded('selectAccount')] });
    expect((await inWindow(visitor, url, 'sync', 'no_mfa')).status).toBe(400);

    expect((await visitor.submit(selection, {}, ['0', '1'])).notice).toBe('Please select an account.');
    const { connectionId } = successOf(await visitor.submit(selection, {}, ['1']));
    expect(await account(visitor, connectionId)).toMatchObject({ bankName: 'Aerobank OAuth', accountType: 'SAVINGS' });
  });

  it('of Aerosync Bank takes any user and links at once', async () => {
    const visitor = await visitWidget();
    const waiting = await atBank(visitor, 'aerosync_bank_oauth', { deeplink: 'shop://bank' });
    const { body } = await inWindow(visitor, waiting.page.windowUrl ?? '', 'any', 'thing');
    const { connectionId } = successOf(await visitor.look(waiting));
    expect(body.returnUrl).toBe(`shop://bank?status=success&connectionId=${connectionId}&clientName=acme&aeroPassUserUuid=${visitor.userId}`);
  });

  it('is opened by the host alone when it says so', async () => {
    const visitor = await visitWidget();
    const waiting = await atBank(visitor, 'aerosync_bank_oauth', { handleOAuthManually: 'true' });
    expect(waiting.page.windowUrl).toBeNull();
    expect(waiting.messages).toEqual([loaded('launchExternalWindow', matching(/^http:\/\/127\.0\.0\.1:\d+\/widget\/bank\?key=[0-9a-f]{32}$/))]);
  });
});

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
    expect((await account(visitor, linked.connectionId)).connectionStatus).toBe('REVOKED_BY_USER');

    const credentials = await visitor.open({ connectionId: linked.connectionId });
    expect(credentials.page).toMatchObject({ name: 'credentials', title: 'Aerobank NonOAuth' });
    const renewed = await visitor.signIn(credentials, 'sync', 'no_mfa');

    expect(successOf(renewed).connectionId).toBe(linked.connectionId);
    expect((await account(visitor, linked.connectionId)).connectionStatus).toBe('CONNECTED');
  });

  it('for another account of the same bank makes a new connection and leaves the old one as it was', async () => {
    const visitor = await visitWidget();
    const linked = successOf(await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth'), 'expired_consent', 'x'));

    const other = successOf(await visitor.signIn(await visitor.open({ connectionId: linked.connectionId }), 'other_account', 'x'));

    expect(other.connectionId).not.toBe(linked.connectionId);
    expect([(await account(visitor, linked.connectionId)).connectionStatus, (await account(visitor, other.connectionId)).connectionStatus]).toEqual(['EXPIRED_CONSENT', 'CONNECTED']);
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

    expect((await account(visitor, connectionId)).bankName).toBe('Aerobank NonOAuth');
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
    expect((await account(visitor, user_id)).bankName).toBe('Aerobank NonOAuth');
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

describe('a widget without a page around it', () => {
  it.each([
    ['shop://bank', 'shop://bank?status=close'],
    ['https://shop.example/back?order=7', 'https://shop.example/back?order=7&status=close'],
    ['nonsense', null],
  ])('returns to the deep link %s', async (deeplink, returnUrl) => {
    const visitor = await visitWidget();
    expect((await visitor.act(await visitor.open({ deeplink }), { action: 'close' })).returnUrl).toBe(returnUrl);
  });

  it('returns with the error that a person closed it on', async () => {
    const visitor = await visitWidget();
    const error = await visitor.signIn(await atBank(visitor, 'aerobank_nonoauth', { deeplink: 'shop://bank' }), 'no_accounts', 'x');
    expect(error.returnUrl).toBeNull();
    expect((await visitor.act(error, { action: 'close' })).returnUrl).toBe('shop://bank?status=error&AC_CODE=AC-204&description=No+account+information+is+available.+Please+choose+another+bank.');
  });
});

describe('the script that speaks to the host', () => {
  /** Runs the script as the simulator serves it, in a page that is framed, opened or alone. */
  async function speaking(around: 'parent' | 'opener' | 'nobody', page: { ancestorOrigins?: readonly string[]; referrer?: string } = {}) {
    const { simulator } = await visitWidget();
    const source = (await (await fetch(`${simulator.url}/widget/host.js`)).text()).replaceAll('export function', 'function');
    const heard: unknown[][] = [];
    const host = { postMessage: (...message: unknown[]) => heard.push(message) };
    const window: Record<string, unknown> = { opener: around === 'opener' ? host : null };
    window['parent'] = around === 'parent' ? host : window;
    const document = { location: { ancestorOrigins: page.ancestorOrigins }, referrer: page.referrer ?? '' };
    const script = runInNewContext(`${source}; ({ tellHost, hasHost })`, { window, document, URL }) as { tellHost: (message: object) => void; hasHost: () => boolean };
    script.tellHost({ type: 'widgetClose', payload: {} });
    return { heard, hasHost: script.hasHost() };
  }

  it.each([
    ['parent', { ancestorOrigins: ['https://shop.example:8443'], referrer: 'https://other.example/' }, 'https://shop.example:8443'],
    ['parent', { referrer: 'https://shop.example/checkout?x=1' }, 'https://shop.example'],
    ['opener', { ancestorOrigins: [], referrer: 'http://127.0.0.1:3000/' }, 'http://127.0.0.1:3000'],
    ['parent', {}, '*'],
    ['parent', { ancestorOrigins: ['null'] }, '*'],
  ] as const)('sends a JSON text to the %s of %j alone', async (around, page, origin) => {
    expect(await speaking(around, page)).toEqual({ heard: [['{"type":"widgetClose","payload":{}}', origin]], hasHost: true });
  });

  it('knows when nobody listens', async () => {
    expect(await speaking('nobody')).toEqual({ heard: [], hasHost: false });
  });
});

describe('what the widget\'s scripts call', () => {
  it.each([
    ['/widget/open', ['token']],
    ['/widget/act', { session: 'nobody', action: 'close' }],
    ['/widget/act', { session: 'nobody', action: 'jump' }],
    ['/widget/look', { session: 'nobody' }],
    ['/widget/look', 7],
    ['/widget/sign-in', { key: 'nobody', fields: {} }],
  ])('%s refuses %j in a sentence', async (path, body) => {
    const { post } = await visitWidget();
    const response = await post(path, body);
    expect([response.status, await response.json()]).toEqual([400, { error: matching(/\.$/) }]);
  });

  it('counts as no call of upstream\'s', async () => {
    const visitor = await visitWidget();
    const seen = await visitor.open();
    await visitor.sim('/calls', { method: 'DELETE' });
    await visitor.signIn(await visitor.choose(seen, 'aerobank_nonoauth'), 'sync', 'no_mfa');
    expect((await visitor.sim('/calls')).body.total).toBe(0);
  });
});
