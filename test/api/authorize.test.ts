import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorizeRoute } from '../../lambdas/api/authorize.ts';
import { scopes } from '../../lambdas/domain/merchant.ts';
import { issueApiKey } from '../../lambdas/usecases/issue-api-key.ts';
import { registerMerchant } from '../../lambdas/usecases/register-merchant.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
});

const authorize = (authorization: string | undefined, stage = 'test') =>
  authorizeRoute(() => ({ ...api.deps, stage }))({ headers: authorization === undefined ? {} : { authorization } });
const refused = { isAuthorized: false, context: {} };

describe('the authorizer', () => {
  it('hands on whose key it is and what it may do', async () => {
    const { text, key } = await issueApiKey(api.deps, { merchantId: merchant.merchantId, name: 'app', scopes: ['users:read', 'jobs:write'] });
    const answer = { isAuthorized: true, context: { merchantId: merchant.merchantId, keyId: key.id, scopes: 'users:read jobs:write' } };
    expect(await authorize(`Bearer ${text}`)).toEqual(answer);
    expect(await authorize(`bearer  ${text}`)).toEqual(answer);
  });

  it('lets a key without scopes through, for each route to refuse it', async () => {
    const text = await api.newKey({ id: merchant.merchantId }, []);
    expect(await authorize(`Bearer ${text}`)).toMatchObject({ isAuthorized: true, context: { scopes: '' } });
  });

  it('refuses what is no key of this deployment', async () => {
    const changed = `${merchant.key.slice(0, -1)}${merchant.key.endsWith('A') ? 'B' : 'A'}`;
    const elsewhere = merchant.key.replace('ab_test_', 'ab_production_');
    for (const header of [undefined, '', 'Bearer', 'Bearer ', merchant.key, `Basic ${merchant.key}`, `Bearer ${changed}`, `Bearer ${elsewhere}`, `Bearer ${merchant.key} x`, `Bearer ${merchant.key}=`, 'Bearer ab_test_short', `Bearer ab_test_${'a'.repeat(100_000)}`]) {
      expect(await authorize(header)).toEqual(refused);
    }
    expect(await authorize(`Bearer ${merchant.key}`, 'production')).toEqual(refused);
  });

  it('refuses an expired key, to the second', async () => {
    const expiresAt = new Date(api.clock.now().getTime() + 60_000);
    const { text } = await issueApiKey(api.deps, { merchantId: merchant.merchantId, name: 'app', scopes, expiresAt });
    api.clock.advance(59);
    expect(await authorize(`Bearer ${text}`)).toMatchObject({ isAuthorized: true });
    api.clock.advance(1);
    expect(await authorize(`Bearer ${text}`)).toEqual(refused);
  });

  it('refuses a revoked key', async () => {
    const { text, key } = await issueApiKey(api.deps, { merchantId: merchant.merchantId, name: 'app', scopes });
    await api.deps.apiKeys.store(createHash('sha256').update(text).digest('hex'), { ...key, revokedAt: api.clock.now().toISOString() });
    expect(await authorize(`Bearer ${text}`)).toEqual(refused);
  });

  it('says nothing of a key when it cannot be looked up', async () => {
    const lines: string[] = [];
    const log = { info: () => undefined, warn: () => undefined, error: (message: string, fields = {}) => void lines.push(JSON.stringify({ message, fields })) };
    const apiKeys = { findByHash: async (hash: string) => Promise.reject(new Error(`no table for ${hash} of ${merchant.key}`)) };
    await expect(authorizeRoute(() => ({ apiKeys, clock: api.clock, stage: 'test' }), log)({ headers: { authorization: `Bearer ${merchant.key}` } })).rejects.toThrow(/^the API key could not be looked up$/);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(merchant.key.slice(8));
  });
});

describe('an API key', () => {
  it('is shown once, names its stage, has 256 random bits, and is stored as a hash only', async () => {
    const { text, key } = await issueApiKey(api.deps, { merchantId: merchant.merchantId, name: 'app', scopes: ['users:read'] });
    expect(text).toMatch(/^ab_test_[A-Za-z0-9_-]{43}$/);
    expect(key).toMatchObject({ merchantId: merchant.merchantId, name: 'app', scopes: ['users:read'], createdAt: api.clock.now().toISOString(), expiresAt: null, revokedAt: null });
    const stored = await api.stored();
    expect(stored).toContain(createHash('sha256').update(text).digest('hex'));
    expect(stored).not.toContain(text.slice(8));
  });

  it('is not issued for a merchant who is not registered', async () => {
    await expect(issueApiKey(api.deps, { merchantId: 'mer_nobody', name: 'app', scopes })).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('registering a merchant', () => {
  const credentials = { aeropay: { apiKey: 'a', apiSecret: 'b', merchantId: '1' }, aerosync: { apiKey: 'c', apiSecret: 'd' } };
  const usualChoices = { aeropayApi: 'v2', widgetTokens: 'aerosync', transactionDates: 'body', tokenKeys: 'camel' };

  it('stores both secrets, and then the merchant without them', async () => {
    const { merchant: registered, webhookSecret } = await registerMerchant(api.deps, { name: 'Shop', configurationId: 'configuration-1', deeplinks: ['shop://'], credentials });
    expect(registered).toEqual({ id: expect.stringMatching(/^mer_[0-9a-f]{32}$/) as string, name: 'Shop', configurationId: 'configuration-1', deeplinks: ['shop://'], createdAt: api.clock.now().toISOString(), ...usualChoices });
    expect(await api.deps.merchants.find(registered.id)).toEqual(registered);
    expect(api.storedSecrets.get(registered.id)).toEqual({ credentials, webhook: { current: webhookSecret, previous: null } });
    expect(webhookSecret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await api.stored()).not.toContain(webhookSecret);
  });

  it('keeps which of the alternatives of upstream the merchant uses', async () => {
    const { merchant: registered } = await registerMerchant(api.deps, { name: 'Shop', deeplinks: [], credentials, upstreamChoices: { aeropayApi: 'v1.1', transactionDates: 'query' } });
    expect(await api.deps.merchants.find(registered.id)).toMatchObject({ ...usualChoices, aeropayApi: 'v1.1', transactionDates: 'query' });
  });

  it('takes the signing secret that upstream has already', async () => {
    const given = await registerMerchant(api.deps, { name: 'Shop', deeplinks: [], credentials, webhookSecret: 'a secret that upstream knows' });
    expect(given.webhookSecret).toBe('a secret that upstream knows');
  });

  it('leaves no merchant without its secrets', async () => {
    const before = await api.stored();
    const secrets = { storeMerchantSecrets: async () => Promise.reject(new Error('no secrets today')) };
    await expect(registerMerchant({ ...api.deps, secrets }, { name: 'Shop', deeplinks: [], credentials })).rejects.toThrow('no secrets today');
    expect(await api.stored()).toBe(before);
  });
});
