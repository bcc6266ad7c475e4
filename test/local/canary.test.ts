import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { bankData } from '../support/stand-in/aerosync.ts';
import { sendWebhook } from '../support/stand-in/send-webhook.ts';
import { startStandIn, type StandIn } from '../support/stand-in-upstream.ts';
import { everythingWritten, find, type Canaries, type Written } from './canaries.ts';
import { closeAfterAll, testEnvironment } from './environment.ts';
import { asMerchant, merchants, type Merchant } from './merchants.ts';
import { readRows } from './tables.ts';
import { until } from './until.ts';
import { walkThrough } from './whole-flow.ts';

const people = {
  'v2': { externalId: 'customer-1', firstName: 'Zilpzalp', lastName: 'Kanarienfink', phoneNumber: '+14155557312', email: 'zilpzalp.kanarienfink@canary.example' },
  'v1.1': { externalId: 'customer-1', firstName: 'Girlitz', lastName: 'Kanariengimpel', phoneNumber: '+14155558412', email: 'girlitz.kanariengimpel@canary.example' },
};
const oldPassword = 'canary-password-of-an-old-sdk-61f0';
const oneTimeCode = '73914286';
const credentials = {
  aeropay: { apiKey: 'canary-pay-key-2c1f', apiSecret: 'canary-pay-secret-9d4e', merchantId: '14560099' },
  aerosync: { apiKey: 'canary-sync-key-77ab', apiSecret: 'canary-sync-secret-51ce' },
};
const wrongKey = 'ab_dev_canary-of-a-key-that-nobody-has';

let standIn: StandIn | undefined;
const deployment = testEnvironment(async () => {
  standIn = await startStandIn({ oneTimeCode, knownPhones: Object.values(people).map(({ phoneNumber }) => phoneNumber), credentials: [credentials] });
  return { aeropayBaseUrl: standIn.aeropayUrl, aerosyncBaseUrl: standIn.aerosyncUrl, credentials };
});
closeAfterAll(async () => standIn?.close());

/** The body of every refusal, and the error of every job. */
const refusals: Written[] = [];
/** Of each merchant. */
const canariesOf: Partial<Record<Merchant['aeropay'], Canaries>> = {};

/** The main flow, and around it everything that can go wrong with the values in it. */
async function tellStory(merchant: Merchant): Promise<Canaries> {
  const { endpoints, client } = asMerchant(deployment, merchant)();
  const person = people[merchant.aeropay];
  if (standIn === undefined) throw new Error('the stand-in is not started');
  const upstream = standIn;
  const api = new ApiClient({
    apiUrl: endpoints.apiUrl,
    apiKey: endpoints.apiKey,
    onReply: ({ status, text }) => refusals.push(...(status >= 300 ? [{ place: `a reply with ${status}`, text }] : [])),
  });
  const everyValue = { ...person, ...bankData, ...credentials.aeropay, ...credentials.aerosync, oneTimeCode };
  const html = `<html><body>${Object.values(everyValue).join(' ')}</body></html>`;
  const refusal = (code: string) => ({ status: 400, body: { error: { code, message: JSON.stringify(everyValue), help: html } } });
  const wrongShape = { status: 200, body: { user: everyValue, account: [everyValue], identity: html, transactions: everyValue, token: [everyValue], jobId: everyValue } };

  // People.
  for (const reply of [{ status: 500, body: html }, { status: 200, body: html }, refusal('AP108'), refusal('AP118'), { status: 200, body: { user: { id: everyValue } } }]) {
    upstream.breakNext('aeropay', 'POST', '/user', reply);
    await api.send('POST', '/v1/users', { body: person });
  }
  upstream.subscribe({ url: endpoints.webhookUrl, secretKey: endpoints.webhookSecret });
  const flow = await walkThrough(api, person, {
    oneTimeCode,
    link: async (aeroPassUserUuid) => upstream.link(aeroPassUserUuid ?? '', { asks: true, jobSeconds: 0.2 }),
    answer: async (upstreamJobId) => upstream.answer(upstreamJobId ?? ''),
  });
  const userId = flow.created.body.id;
  const otherPhone = person.phoneNumber.replace(/2$/, '3');
  const { body: unconfirmed } = await api.createUser({ ...person, externalId: 'customer-2', phoneNumber: otherPhone });
  await api.send('POST', `/v1/users/${unconfirmed.id}/verification`, { body: { code: oneTimeCode } });
  await api.send('POST', '/v1/users', { body: { ...person, phoneNumber: otherPhone } });

  // Tokens, accounts, connections.
  for (const reply of [{ status: 502, body: html }, refusal('AC-100'), refusal('AC-101'), wrongShape]) {
    if (merchant.aeropay === 'v2') upstream.breakNext('aerosync', 'POST', '/v2/token_widget', reply);
    else upstream.breakNext('aeropay', 'GET', '/aggregatorCredentials', reply);
    await api.send('POST', `/v1/users/${userId}/widget-tokens`, { body: { purpose: 'link' } });
  }
  for (const reply of [{ status: 502, body: html }, refusal('AC-103'), refusal('AC-999'), wrongShape]) {
    upstream.breakNext('aerosync', 'GET', flow.connection.id, reply);
    await api.send('GET', `/v1/connections/${flow.connection.id}/account`);
  }
  upstream.expireApiTokens();
  upstream.breakNext('aerosync', 'POST', '/v2/token', refusal('AC-101'));
  await api.send('GET', `/v1/connections/${flow.connection.id}/account`);

  // Accounts for payments.
  for (const reply of [{ status: 502, body: html }, refusal('AP410'), refusal('AP999'), wrongShape]) {
    upstream.breakNext('aeropay', 'POST', '/linkAccountFromAggregator', reply);
    await api.send('POST', `/v1/users/${userId}/bank-accounts`, { body: { user_id: flow.connection.id, user_password: oldPassword } });
  }
  await api.linkBankAccount(userId, { user_id: flow.connection.id, user_password: oldPassword }, { idempotencyKey: 'link-1' });
  await api.listBankAccounts(userId);
  await api.getUser(userId, { refresh: 'true' });
  await api.send('POST', '/v1/errors/explain', { body: { error: { message: JSON.stringify(everyValue), inner: everyValue } } });

  // Jobs that fail at each of their calls.
  const { body: saved } = await api.saveConnections(userId, upstream.link(flow.verified.body.aeroPassUserUuid ?? '', { jobSeconds: 0.1 }));
  const connectionId = saved.items[0]?.id ?? '';
  const failing = [
    ['POST', '/refresh', 'balance', refusal('AC-100')],
    ['POST', '/identity', 'identity', wrongShape],
    ['GET', '/balance', 'balance', wrongShape],
    ['GET', '/transactions', 'transactions', refusal('AC-100')],
    ['GET', '/identity', 'identity', wrongShape],
  ] as const;
  for (const [method, pathEnd, type, reply] of failing) {
    upstream.breakNext('aerosync', method, pathEnd, reply);
    const job = await api.follow((await api.startJob(connectionId, { type }, { idempotencyKey: `key-of ${pathEnd}`.replace(' ', '-') })).body.id);
    refusals.push({ place: `the error of a ${type} job that is ${job.status}`, text: JSON.stringify(job.error) });
  }

  // Callers and deliveries that are wrong.
  await api.send('POST', '/v1/users', { rawBody: `{"phoneNumber": "${person.phoneNumber}", "email": ${person.email}}`, headers: { 'content-type': 'application/json' } });
  await api.send('POST', '/v1/users', { body: { ...person, phoneNumber: `${person.phoneNumber}0`, email: `${person.email} x`, firstName: [person.lastName] } });
  await api.send('GET', `/v1/users?email=${encodeURIComponent(person.email)}`);
  await api.send('GET', `/v1/users/${encodeURIComponent(person.phoneNumber)}`);
  await api.send('GET', `/v1/jobs?reference=${bankData.accountNumber}&type=${bankData.routingNumber}`);
  await client(wrongKey).send('GET', '/v1/users');
  await client(endpoints.noScopeKey).send('POST', '/v1/users', { body: person });
  await client().send('POST', `/webhooks/aerosync/${endpoints.merchantId}`, { body: everyValue, headers: { 'x-webhook-signature': `sha256=${endpoints.webhookSecret}` } });
  const subscription = { url: endpoints.webhookUrl, secretKey: endpoints.webhookSecret };
  await sendWebhook(subscription, 'job.balance', everyValue);
  await sendWebhook(subscription, person.email, { ...everyValue, job_id: bankData.accountNumber, connection_id: person.phoneNumber, status: oneTimeCode });

  const { accountNumber, routingNumber, holder, email: bankEmail, phone: bankPhone, address } = bankData;
  return {
    ...Object.fromEntries(upstream.tokens.map((token, index) => [`upstream token ${index + 1}`, token])),
    ...Object.fromEntries([flow.linkToken, ...flow.mfaTokens].map(({ token }, index) => [`widget token ${index + 1}`, token])),
    'account number': accountNumber, 'routing number': routingNumber, 'account holder': holder, 'e-mail at the bank': bankEmail, 'phone at the bank': bankPhone, address,
    phone: person.phoneNumber.slice(2), 'e-mail': person.email, 'last name': person.lastName, 'one-time code': oneTimeCode, 'old password': oldPassword,
    'API key': endpoints.apiKey, 'other API key': endpoints.otherMerchant.apiKey, 'key without scopes': endpoints.noScopeKey, 'wrong key': wrongKey, 'webhook secret': endpoints.webhookSecret,
    'Aeropay key': credentials.aeropay.apiKey, 'Aeropay secret': credentials.aeropay.apiSecret, 'Aerosync key': credentials.aerosync.apiKey, 'Aerosync secret': credentials.aerosync.apiSecret,
  };
}
beforeAll(async () => {
  for (const merchant of merchants) canariesOf[merchant.aeropay] = await tellStory(merchant);
}, 180_000);

describe.each(merchants)('values that are nobody\'s business, of a merchant on Aeropay $aeropay', ({ aeropay }) => {
  const canaries = () => canariesOf[aeropay] ?? {};

  it('stand in no output of a function, no history, no refusal and no local file', async () => {
    const written = await everythingWritten(deployment());
    const places = new Set(written.map(({ place }) => place.split(' ')[0]));

    expect([...places]).toEqual(expect.arrayContaining(['stdout', 'execution', 'endpoints.json']));
    expect(refusals.length).toBeGreaterThan(20);
    expect(Object.keys(canaries()).length).toBeGreaterThan(25);
    expect(find(canaries(), [...written, ...refusals])).toEqual([]);
  });

  it('are not stored, save the profile that the merchant gave, and what jobs brought in the table of results', async () => {
    const { results = [], users = [], ...others } = await readRows(deployment(), ['users', 'connections', 'jobs', 'results', 'access', 'events']);
    const { phone = '', 'e-mail': email = '', 'last name': lastName = '', ...neverWithPeople } = canaries();
    const { 'account holder': holder = '', 'e-mail at the bank': bankEmail = '', 'phone at the bank': bankPhone = '', address = '', ...neverAmongResults } = canaries();
    const rowsOf = (table: string, rows: readonly string[]) => rows.map((text) => ({ place: table, text }));

    expect(find({ phone, email, lastName }, rowsOf('users', users)).length).toBe(3);
    expect(find({ holder, bankEmail, bankPhone, address }, rowsOf('results', results)).length).toBe(4);
    expect(find(neverWithPeople, rowsOf('users', users))).toEqual([]);
    expect(find(neverAmongResults, rowsOf('results', results))).toEqual([]);
    for (const [table, rows] of Object.entries(others)) expect(find(canaries(), rowsOf(table, rows))).toEqual([]);
  });
});

describe('a value that was planted', () => {
  it('is found by the same search wherever it is', async () => {
    const all = deployment();
    const planted = { planted: 'canary-that-was-planted-04d1' };
    const name = 'planted';
    const client = new SFNClient({ endpoint: all.endpoints.sfnUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
    const input = JSON.stringify({ merchantId: all.endpoints.merchantId, jobId: planted.planted });
    await client.send(new StartExecutionCommand({ stateMachineArn: all.endpoints.stateMachineArn, name, input }));
    client.destroy();
    await writeFile(path.join(all.folder, 'planted.bin'), Buffer.from(`x${Buffer.from(`xx ${planted.planted} xx`).toString('base64')}`));
    const inOutput = (where: string) => where.includes('stdout of');

    // A function's line arrives a little after its reply.
    const found = await until('a line of output', async () => find(planted, await everythingWritten(all)), (places) => places.some(inOutput));

    expect(found).toEqual(expect.arrayContaining([`planted in execution ${name}`, 'planted in planted.bin']));
    expect(find(planted, [{ place: 'a reply', text: JSON.stringify({ detail: `"${planted.planted}"` }) }])).toEqual(['planted in a reply']);
    expect(find({ phone: '4155557312' }, [{ place: 'there', text: '{"phoneNumber":"+14155557312"}' }])).toEqual(['phone in there']);
  });
});
