/**
 * The contradictions of aerosync-api.md §10 that an adapter meets, by their numbers, each with both of its sides.
 * Left out: 11, 17, 24 and 25, which against-simulator.test.ts and the simulator's own tests choose; 12, 16, 19 to 23 and 31, of which one side is
 * enough (docs/adr/0042-where-one-side-is-enough.md).
 */
import { describe, expect, it } from 'vitest';
import { readWebhook } from '../../lambdas/adapters/aerosync/read-webhook.ts';
import { answer, byPath, listen, type Respond } from './loopback.ts';
import { adaptersBefore, adaptersFor, connectionId, credentials, dates, jane, jobId, merchantId, person, uuid } from './upstreams.ts';

const account = `/aerosync/v2/accounts/${connectionId}`;
const dashedId = '68c13bc0-855a-4f85-853f-6aafaa43e461';
const at = 1_700_000_000;
const user = answer(200, { user: { id: uuid }, mfaType: null });
const required = (name: string): Respond => answer(400, { error: { code: 'AP700', message: `Missing required Parameter: '${name}'` } });
/** Answers well only when the request has these keys. */
const demanding = (names: readonly string[], respond: Respond): Respond => (seen, response) => {
  const missing = names.find((name) => (seen.body as Record<string, unknown>)[name] === undefined);
  (missing === undefined ? respond : required(missing))(seen, response);
};

describe('1, the keys of a token request', () => {
  it.each([['camel', ['apiKey', 'apiSecret']], ['snake', ['api_key', 'api_secret']]] as const)('are %s case by a setting of the merchant: %j', async (tokenKeys, keys) => {
    const token = demanding(['scope', 'id', ...keys], answer(200, { TTL: 1800, token: 't' }));
    const settings = { choices: { tokenKeys } };
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/token': token, '/aeropay/v2/user': user }, settings);
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ upstreamUserId: uuid });
    expect(Object.keys(upstream.seen[0]?.body as object)).toEqual(['scope', ...keys, 'id']);
    expect(await aeropay.read(merchantId, person)).toMatchObject({ aeroPassUserUuid: uuid });
  });
});

describe('1, the keys of a token request that the merchant did not choose', () => {
  it.each([['camel', ['api_key', 'api_secret']], ['snake', ['apiKey', 'apiSecret']]] as const)('follow where upstream misses them: %s is the choice', async (tokenKeys, keys) => {
    const token = demanding(['scope', 'id', ...keys], answer(200, { TTL: 1800, token: 't' }));
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/token': token, '/aeropay/v2/user': user }, { choices: { tokenKeys } });
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ upstreamUserId: uuid });
    expect(upstream.count('/aeropay/v2/token')).toBe(2);
  });

  it('are no matter when something else is missing: the first refusal counts', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/token': demanding(['storeId'], answer(200, { token: 't' })) });
    await expect(aeropay.create(merchantId, jane)).rejects.toMatchObject({ code: 'UpstreamRejected', details: { upstreamCode: 'AP700' } });
    expect(upstream.count('/aeropay/v2/user')).toBe(0);
  });
});

describe('2, the field of the e-mail address', () => {
  it.each([['email', 1], ['emailAddress', 2]])('may be %s: the other is sent only once the first is refused as missing, so %i requests', async (name, requests) => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/user': demanding([name], user) });
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ upstreamUserId: uuid });
    expect(upstream.count('/aeropay/v2/user')).toBe(requests);
    expect(upstream.seen.at(-1)?.body).toHaveProperty(name, jane.email);
  });

  it('is no matter when something else is missing: the first refusal counts', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/user': demanding(['middleName'], user) });
    await expect(aeropay.create(merchantId, jane)).rejects.toMatchObject({ code: 'UpstreamRejected', details: { upstreamCode: 'AP700' } });
    expect(upstream.count('/aeropay/v2/user')).toBe(2);
  });

  it.each(['email', 'emailAddress'])('is read by the name %s', async (name) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { user: { id: uuid, [name]: 'jane@example.com' }, mfaType: 'email' }) });
    expect((await aeropay.read(merchantId, person)).email).toBe('jane@example.com');
    expect((await aeropay.create(merchantId, jane)).verification).toEqual({ channel: 'email', destination: 'j•••@example.com' });
  });
});

describe('3, the reply to a create', () => {
  it.each([
    ['the guide', { success: true, user: { aeroPassUserUuid: uuid, userId: '1102575', firstName: 'Jane' } }, '1102575'],
    ['the reference', { user: { id: uuid, firstName: 'Jane' }, mfaType: null }, uuid],
  ])('of %s is read', async (_side, reply, upstreamUserId) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, reply) });
    expect(await aeropay.create(merchantId, jane)).toEqual({ upstreamUserId, aeroPassUserUuid: uuid, verification: null });
  });
});

describe('4, aeroPassUserUuid on v2', () => {
  const other = '0f2542a4-8e60-4a72-b3a1-064f2d6943e8';
  it.each([
    ['a field of its own, which then counts', { id: other, aeroPassUserUuid: uuid }, uuid], ['the id', { id: uuid }, uuid], ['neither, where the id is a number', { id: 1102575 }, null],
  ])('is %s', async (_side, said, aeroPassUserUuid) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { user: said }) });
    expect((await aeropay.create(merchantId, jane)).aeroPassUserUuid).toBe(aeroPassUserUuid);
    expect((await aeropay.read(merchantId, person)).aeroPassUserUuid).toBe(aeroPassUserUuid);
  });
});

describe('5, refused credentials', () => {
  it.each([[400, 'AP002', 'v2'], [401, 'AP002', 'v2'], [200, 'AP002', 'v2'], [401, 'AC-101', 'v2'], [200, 'AP002', 'v1.1'], [401, 'AC-101', 'v1.1']] as const)('with HTTP %i and %s on %s are told by the code', async (status, code, aeropayApi) => {
    const refusal = answer(status, { error: { code, message: 'invalid API key or secret key' } });
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/token': refusal, '/aeropay/token': refusal }, { choices: { aeropayApi } });
    await expect(aeropay.create(merchantId, jane)).rejects.toMatchObject({ code: 'CredentialsRejected', details: { upstreamCode: code } });
  });
});

describe('6, confirmUser', () => {
  it('has a merchantId on v2, also for an upstream that demands it, and none on v1.1', async () => {
    const v2 = await adaptersBefore({ '/aeropay/v2/confirmUser': demanding(['userId', 'code', 'merchantId'], answer(200, { user: { id: uuid } })) });
    expect(await v2.aeropay.confirm(merchantId, person, '1234')).toEqual({ aeroPassUserUuid: uuid });
    const v1 = await adaptersBefore({ '/aeropay/confirmUser': answer(200, { success: true, user: { aeroPassUserUuid: uuid } }) }, { choices: { aeropayApi: 'v1.1' } });
    await v1.aeropay.confirm(merchantId, { upstreamUserId: '1', aeroPassUserUuid: null }, '1234');
    expect(v1.upstream.seen[1]?.body).toEqual({ userId: '1', code: '1234' });
  });
});

describe('7, the phone number in a reply', () => {
  it.each(['phone', 'phoneNumber'])('is called %s', async (name) => {
    const reply = answer(200, { user: { id: uuid, [name]: '+13125550142', userStatus: 'Active' }, mfaType: 'sms' });
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': reply, '/aeropay/v2/confirmUser': reply });
    expect((await aeropay.read(merchantId, person)).phoneNumber).toBe('+13125550142');
    expect((await aeropay.create(merchantId, jane)).verification).toEqual({ channel: 'sms', destination: '••••••0142' });
    expect(await aeropay.confirm(merchantId, person, '1234')).toEqual({ aeroPassUserUuid: uuid });
  });
});

describe('8, the channel of a code', () => {
  it('is e-mail on v1.1, and what mfaType says on v2', async () => {
    const existingUser = { success: true, error: null, existingUser: { userId: '1' }, displayMessage: 'entering the pin sent to your email ja****oe@gmail.com' };
    const v1 = await adaptersBefore({ '/aeropay/user': answer(200, existingUser) }, { choices: { aeropayApi: 'v1.1' } });
    expect((await v1.aeropay.create(merchantId, jane)).verification?.channel).toBe('email');
    const channels = await Promise.all(['sms', 'email'].map(async (mfaType) => {
      const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { user: { id: uuid }, mfaType }) });
      return (await aeropay.create(merchantId, jane)).verification?.channel;
    }));
    expect(channels).toEqual(['sms', 'email']);
  });
});

describe('9, whether a new person is sent a code', () => {
  it.each([['none', null, null], ['none', 'None', null], ['none', '', null], ['one', 'sms', { channel: 'sms', destination: '••••••0142' }]])('is told by mfaType: %s', async (_side, mfaType, verification) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { user: { id: uuid, phoneNumber: '+13125550142' }, mfaType }) });
    expect((await aeropay.create(merchantId, jane)).verification).toEqual(verification);
  });
});

describe('10, the word for a bank that asks the person', () => {
  it.each(['MFA_REQUIRED', 'Pending MFA', 'pending_mfa'])('is %s in a job and in a webhook', async (word) => {
    const { jobs } = await adaptersBefore({ [`${account}/job/${jobId}`]: answer(200, { jobStatus: word, mfaTriggered: true }) });
    expect(await jobs.readState(merchantId, connectionId, jobId)).toEqual({ state: 'mfa_required' });
    expect(readWebhook(JSON.stringify({ event: 'job.balance', timestamp: at, data: { status: word, job_id: jobId } }))).toMatchObject({ signal: 'mfa' });
  });
});

describe('13, the status in the reply to the create of a job', () => {
  it.each([
    [{ identityStatus: 'Initiated' }], [{ transactionStatus: 'Initiated' }], [{ status: 'Initiated' }], [{ balanceStatus: 'Initiated' }], [{}],
  ])('%j says nothing', async (said) => {
    const routes = Object.fromEntries(['refresh', 'transactions', 'identity'].map((path) => [`${account}/${path}`, answer(200, { status: 'success', ...said, jobId })]));
    const { jobs } = await adaptersBefore(routes);
    const created = await Promise.all((['balance', 'transactions', 'identity'] as const).map((type) => jobs.create(merchantId, connectionId, type, null)));
    expect(created).toEqual(Array.from({ length: 3 }, () => ({ upstreamJobId: jobId })));
  });
});

describe('14, the days of transactions', () => {
  const transactions = `${account}/transactions`;
  const run = async (transactionDates: 'body' | 'query') => {
    const { jobs, upstream } = await adaptersBefore({ [transactions]: answer(200, { jobId, transactions: [] }) }, { choices: { transactionDates } });
    await jobs.create(merchantId, connectionId, 'transactions', dates);
    await jobs.readData(merchantId, connectionId, jobId, 'transactions', dates);
    return upstream.seen.slice(1).map(({ method, path, body }) => [method, path, body]);
  };

  it('stand in the body of the create, and the read asks by the job', async () => {
    expect(await run('body')).toEqual([['POST', transactions, dates], ['GET', `${transactions}?job_id=${jobId}`, undefined]]);
  });

  it('or in the query of the read, and the create says none', async () => {
    expect(await run('query')).toEqual([['POST', transactions, {}], ['GET', `${transactions}?start_date=2025-01-01&end_date=2025-01-31`, undefined]]);
  });

  it('are asked for instead of the job where upstream refuses that parameter', async () => {
    const byDays: Respond = (seen, response) => (seen.path.includes('start_date=') ? answer(200, { transactions: [] }) : answer(400, { error: { code: 'AC-100', message: 'start_date' } }))(seen, response);
    const { jobs, upstream } = await adaptersBefore({ [transactions]: byDays });
    expect(await jobs.readData(merchantId, connectionId, jobId, 'transactions', dates)).toMatchObject({ items: [] });
    expect(upstream.seen.slice(1).map(({ path }) => path)).toEqual([`${transactions}?job_id=${jobId}`, `${transactions}?start_date=2025-01-01&end_date=2025-01-31`]);
  });

  it.each(['body', 'query'] as const)('are no matter of other jobs, nor of a job without days: %s', async (transactionDates) => {
    const { jobs, upstream } = await adaptersBefore({ [`${account}/refresh`]: answer(200, { jobId }), [transactions]: answer(200, { transactions: [] }) }, { choices: { transactionDates } });
    await jobs.create(merchantId, connectionId, 'balance', dates);
    await jobs.readData(merchantId, connectionId, jobId, 'transactions', null);
    expect(upstream.seen.slice(1).map(({ path, body }) => [path, body])).toEqual([[`${account}/refresh`, {}], [`${transactions}?job_id=${jobId}`, undefined]]);
  });
});

describe('15, the name of a webhook', () => {
  it.each([
    ['is that of a job type, and the data tell the state', { event: 'job.identity', data: { status: 'completed', job_id: 'IDT-1', connection_id: connectionId } }],
    ['is that of a state, and the data tell the type', { event: 'job.completed', data: { job_type: 'identity', job_id: 'IDT-1', connection_id: connectionId } }],
    ['is that of a state, and nothing but the id tells the type', { event: 'job.completed', data: { job_id: 'IDT-1', user_id: connectionId } }],
  ])('%s', (_side, sent) => {
    expect(readWebhook(JSON.stringify({ ...sent, timestamp: at }))).toMatchObject({ kind: 'job', type: 'identity', upstreamJobId: 'IDT-1', connectionId, signal: 'completed' });
  });
});

describe('18, the health of a connection', () => {
  it.each([
    ['CONNECTED', 'connected'], ['failure', 'reconnect_required'], ['FAILURE', 'reconnect_required'], ['EXPIRED_CONSENT', 'reconnect_required'], ['REVOKED_BY_USER', 'revoked'], ['ACTIVE', 'connected'],
    ['active', 'connected'], ['revoked_by_user', 'revoked'], ['a word added next year', 'unknown'],
  ])('%s is %s', async (connectionStatus, status) => {
    const { accounts } = await adaptersBefore({ [account]: answer(200, { account: { connectionStatus } }) });
    expect((await accounts.read(merchantId, connectionId)).connection).toMatchObject({ status, upstreamStatus: connectionStatus });
  });
});

describe('26, the type of a TTL', () => {
  it.each([[1800], ['1800']])('is that of %j, of either product', async (TTL) => {
    const granted = answer(200, { TTL, token: 't' });
    const { aeropay, jobs } = await adaptersBefore({
      '/aeropay/v2/token': granted, '/aerosync/v2/token': granted, '/aeropay/v2/user': user, [`${account}/refresh`]: answer(200, { jobId }),
    });
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ upstreamUserId: uuid });
    expect(await jobs.create(merchantId, connectionId, 'balance', null)).toEqual({ upstreamJobId: jobId });
  });
});

describe("27, the type of a merchant's id and of others", () => {
  const malformed = answer(400, { error: { code: 'AP701', message: "Improperly formatted parameter: ['id: invalid format']" } });
  const demandingType = (name: string, type: string, respond: Respond): Respond => (seen, response) =>
    (typeof (seen.body as Record<string, unknown>)[name] === type ? respond : malformed)(seen, response);

  it.each(['string', 'number'])('may be a %s everywhere', async (type) => {
    const token = demandingType('id', type, answer(200, { TTL: 1800, token: 't' }));
    const { aeropay } = await adaptersBefore({
      '/aeropay/v2/token': token, '/aeropay/token': token, '/aeropay/v2/confirmUser': demandingType('merchantId', type, answer(200, { user: { id: uuid } })), '/aeropay/v2/user': user,
    });
    expect(await aeropay.confirm(merchantId, person, '1234')).toEqual({ aeroPassUserUuid: uuid });
    expect(await aeropay.read(merchantId, person)).toMatchObject({ aeroPassUserUuid: uuid });
  });

  it('is first sent as text where the guides have it so, and as a number where the reference does', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/confirmUser': answer(200, { user: { id: uuid } }) });
    await aeropay.confirm(merchantId, person, '1234');
    expect(upstream.seen.map(({ body }) => body)).toMatchObject([{ id: '1456' }, { merchantId: 1456 }]);
  });

  it('is no matter when something else is malformed: the first refusal counts', async () => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/token': malformed });
    await expect(aeropay.create(merchantId, jane)).rejects.toMatchObject({ code: 'UpstreamRejected', details: { upstreamCode: 'AP701' } });
  });

  it.each([['AP111', 'VerificationFailed'], ['AP002', 'CredentialsRejected']])('is no matter for %s, which then says what counts', async (code, ours) => {
    const path = code === 'AP111' ? '/aeropay/v2/confirmUser' : '/aeropay/v2/token';
    const type = code === 'AP111' ? 'string' : 'number';
    const { aeropay } = await adaptersBefore({ [path]: demandingType(code === 'AP111' ? 'merchantId' : 'id', type, answer(200, { error: { code } })) });
    await expect(aeropay.confirm(merchantId, person, '1234')).rejects.toMatchObject({ code: ours });
  });

  it('is text for an id with letters', async () => {
    const upstream = await listen(byPath({ '/aeropay/v2/token': answer(200, { TTL: 1800, token: 't' }), '/aeropay/v2/confirmUser': answer(200, { user: { id: uuid } }) }));
    const { aeropay } = adaptersFor(upstream.url, { credentials: async () => ({ ...credentials, aeropay: { ...credentials.aeropay, merchantId: 'm-1456' } }) });
    await aeropay.confirm(merchantId, person, '1234');
    expect(upstream.seen.map(({ body }) => body)).toMatchObject([{ id: 'm-1456' }, { merchantId: 'm-1456' }]);
  });

  it.each([[1139036], ['1139036']])('of a bank account is that of %j', async (bankAccountId) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/bankAccounts': answer(200, { bankAccounts: [{ bankAccountId }] }) });
    expect((await aeropay.list(merchantId, person))[0]?.id).toBe('1139036');
  });
});

describe('28, the case of accountType', () => {
  it.each(['CHECKING', 'checking', 'Checking'])('is that of %s, of either product', async (accountType) => {
    const { accounts, aeropay } = await adaptersBefore({ [account]: answer(200, { account: { accountType } }), '/aeropay/v2/bankAccounts': answer(200, { bankAccounts: [{ bankAccountId: 1, accountType }] }) });
    expect((await accounts.read(merchantId, connectionId)).connection.account.type).toBe('checking');
    expect((await aeropay.list(merchantId, person))[0]?.type).toBe('checking');
  });
});

describe('29, the form of a connectionId', () => {
  it.each([connectionId, dashedId, dashedId.toUpperCase()])('is that of %s, and one to us', async (written) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/bankAccounts': answer(200, { bankAccounts: [{ bankAccountId: 1, connectionId: written }] }) });
    expect((await aeropay.list(merchantId, person))[0]?.connectionId).toBe(connectionId);
    expect(readWebhook(JSON.stringify({ event: 'bank.revocation', timestamp: at, data: { connection_id: written, status: 'revoked' } }))).toMatchObject({ kind: 'revocation', connectionId });
  });
});

describe('29, the form in which Aerosync wants a connectionId', () => {
  const known = (id: string, reply: object): Respond => (seen, response) => (seen.path.includes(id) ? answer(200, reply) : answer(404, { error: { code: 'AC-102', message: 'User not found' } }))(seen, response);
  const reply = { account: {}, jobId, jobStatus: 'COMPLETED', identity: {} };
  const routes = (id: string) => Object.fromEntries([connectionId, dashedId].flatMap((written) => ['', '/refresh', '/balance', '/identity', `/job/${jobId}`].map((rest) => [`/aerosync/v2/accounts/${written}${rest}`, known(id, reply)])));

  it.each([[connectionId, 1], [dashedId, 2]])('may be %s: the other is asked for only once the first is not known, so %i requests', async (id, requests) => {
    const { accounts, jobs, upstream } = await adaptersBefore(routes(id));
    await accounts.read(merchantId, connectionId);
    expect(await jobs.create(merchantId, connectionId, 'balance', null)).toEqual({ upstreamJobId: jobId });
    expect(await jobs.readState(merchantId, connectionId, jobId)).toEqual({ state: 'completed' });
    await jobs.readData(merchantId, connectionId, jobId, 'balance', null);
    await jobs.readData(merchantId, connectionId, jobId, 'identity', null);
    expect(upstream.seen).toHaveLength(1 + 5 * requests);
  });

  it('may be the other one while the days of transactions are in the other form as well', async () => {
    const refused = (code: string): Respond => answer(400, { error: { code } });
    const paths = { [`${account}/transactions`]: refused('AC-102'), [`/aerosync/v2/accounts/${dashedId}/transactions`]: ((seen, response) => (seen.path.includes('start_date=') ? answer(200, { transactions: [] }) : refused('AC-100'))(seen, response)) satisfies Respond };
    const { jobs } = await adaptersBefore(paths);
    expect(await jobs.readData(merchantId, connectionId, jobId, 'transactions', dates)).toMatchObject({ items: [] });
  });

  it.each([
    ['not known either', answer(404, { error: { code: 'AC-102' } })], ['malformed to upstream', answer(400, { error: { code: 'AC-100' } })], ['no path that upstream has', answer(404, { message: 'no Route matched' })],
  ])('is not known when the other form is %s', async (_why, other) => {
    const { accounts } = await adaptersBefore({ ...routes('nobody'), [`/aerosync/v2/accounts/${dashedId}`]: other });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'NotFound', details: { upstreamCode: 'AC-102' } });
  });

  it.each([[503, 'UpstreamUnavailable'], [429, 'UpstreamThrottled']])('is not decided while the other form is answered with HTTP %i', async (status, code) => {
    const { jobs } = await adaptersBefore({ ...routes('nobody'), [`/aerosync/v2/accounts/${dashedId}/refresh`]: answer(status, {}) });
    await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toMatchObject({ code });
  });
});

describe('30, where widget tokens come from', () => {
  it.each([['aerosync', '/aerosync/v2/token_widget'], ['aeropay', '/aeropay/v2/aggregatorCredentials']] as const)('is %s by a setting of the merchant', async (widgetTokens, path) => {
    const { widget, upstream } = await adaptersBefore({ [path]: answer(200, { token: 'widget.jwt' }) }, { choices: { widgetTokens } });
    expect((await widget.mintToken(merchantId, person)).token).toBe('widget.jwt');
    expect(upstream.seen.at(-1)?.path.split('?')[0]).toBe(path);
  });
});

describe('32, a number that may be tokenized', () => {
  it.each(['Tokenized', 'Non-tokenized', null])('goes with its type: %j', async (accountNumberType) => {
    const { accounts } = await adaptersBefore({ [account]: answer(200, { account: { accountNumber: '00100000987654321', accountNumberType } }) });
    expect(await accounts.read(merchantId, connectionId)).toMatchObject({ accountNumber: '00100000987654321', accountNumberType });
  });
});
