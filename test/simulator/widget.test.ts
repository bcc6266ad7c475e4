import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { matching } from './matchers.ts';
import { accountOf, atBank, complained, loaded, successOf, visitWidget, wrongAnswer, type Visitor } from './widget-visitor.ts';

const hex32 = /^[0-9a-f]{32}$/;
const incorrect = 'INCORRECT_CREDENTIALS | Code: AC-117 | Message: The credentials are incorrect. Please try again.';

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
    expect(await accountOf(visitor, successOf(done).connectionId)).toMatchObject({ bankName: 'Aerobank NonOAuth', accountType: 'CHECKING', connectionStatus: 'CONNECTED' });
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
    expect(await accountOf(visitor, connectionId)).toMatchObject({ accountNumber: '987654321', canFetchBalance: false });
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
    expect(await accountOf(visitor, connectionId)).toMatchObject({ bankName: 'Aerobank OAuth', accountType: 'SAVINGS' });
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
