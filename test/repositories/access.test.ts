import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoApiKeyRepository } from '../../lambdas/adapters/dynamodb/api-key-repository.ts';
import { DynamoMerchantRepository } from '../../lambdas/adapters/dynamodb/merchant-repository.ts';
import { DynamoWebhookTrust } from '../../lambdas/adapters/dynamodb/webhook-trust.ts';
import type { ApiKey, Merchant } from '../../lambdas/domain/merchant.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { after, merchantId, noon, otherMerchantId } from './samples.ts';

let dynamodb: TestDynamodb;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());

describe('API keys', () => {
  const apiKey: ApiKey = { id: 'key_1', merchantId, name: 'shop', scopes: ['jobs:read', 'users:write'], createdAt: noon.toISOString(), expiresAt: null, revokedAt: null };

  it('are found by their hash, as they were stored last', async () => {
    const keys = new DynamoApiKeyRepository(dynamodb.tables.access, dynamodb.client);
    await keys.store('hash-1', apiKey);
    await expect(keys.findByHash('hash-1')).resolves.toEqual(apiKey);
    await keys.store('hash-1', { ...apiKey, revokedAt: after(5).toISOString() });
    await expect(keys.findByHash('hash-1')).resolves.toMatchObject({ revokedAt: after(5).toISOString() });
    await expect(keys.findByHash('hash-2')).resolves.toBeUndefined();
  });
});

describe('merchants', () => {
  it('are found by their id', async () => {
    const merchants = new DynamoMerchantRepository(dynamodb.tables.access, dynamodb.client);
    const merchant: Merchant = {
      id: merchantId, name: 'Coffee Shop', configurationId: null, deeplinks: ['shop://bank'], createdAt: noon.toISOString(),
      aeropayApi: 'v1.1', widgetTokens: 'aeropay', transactionDates: 'query', tokenKeys: 'snake',
    };
    await merchants.store(merchant);
    await expect(merchants.find(merchantId)).resolves.toEqual(merchant);
    await expect(merchants.find(otherMerchantId)).resolves.toBeUndefined();
  });

  it('that were stored before upstream had alternatives use the usual ones', async () => {
    const old = { id: 'mer_old', name: 'Old Shop', configurationId: null, deeplinks: [], createdAt: noon.toISOString() };
    await dynamodb.client.send(new PutCommand({ TableName: dynamodb.tables.access, Item: { pk: 'mer_old#settings', sk: 'MERCHANT', ...old } }));
    const merchants = new DynamoMerchantRepository(dynamodb.tables.access, dynamodb.client);
    await expect(merchants.find('mer_old')).resolves.toEqual({ ...old, aeropayApi: 'v2', widgetTokens: 'aerosync', transactionDates: 'body', tokenKeys: 'camel' });
  });
});

describe('trust in webhooks', () => {
  it('begins with none, is set by one merchant for itself, and taken back', async () => {
    const trust = new DynamoWebhookTrust(dynamodb.tables.access, dynamodb.client);
    await expect(trust.isTrusted(merchantId)).resolves.toBe(false);
    await trust.set(merchantId, true, noon);
    await expect(trust.isTrusted(merchantId)).resolves.toBe(true);
    await expect(trust.isTrusted(otherMerchantId)).resolves.toBe(false);
    await trust.set(merchantId, false, after(1));
    await expect(trust.isTrusted(merchantId)).resolves.toBe(false);
  });

  it('is not changed by news from before the last change', async () => {
    const trust = new DynamoWebhookTrust(dynamodb.tables.access, dynamodb.client);
    await trust.set('mer_c3', true, after(10));
    await trust.set('mer_c3', false, after(9));
    await expect(trust.isTrusted('mer_c3')).resolves.toBe(true);
  });
});
