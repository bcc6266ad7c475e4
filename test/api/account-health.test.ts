import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkBank } from '../support/api-world.ts';
import { anAccount } from '../support/fake-upstream.ts';
import { startApi, type TestApi } from '../support/start-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

it('a revocation that is told again, after the account was read as healthy, revokes nothing', async () => {
  const { merchantId, key } = await api.newMerchant();
  const { connectionId } = await linkBank(api, { merchantId, key });
  const status = async () => String((await api.call('GET', `/v1/connections/${connectionId}`, { key })).body['status']);
  api.clock.advance(60);
  const revokedAt = api.clock.now();
  await api.deps.connections.mark(merchantId, connectionId, 'revoked', revokedAt);
  expect(await status()).toBe('revoked');

  api.clock.advance(60);
  api.upstream.answerAccount = async () => anAccount({ status: 'connected' });
  await api.call('GET', `/v1/connections/${connectionId}/account`, { key });
  expect(await status()).toBe('connected');

  await api.deps.connections.mark(merchantId, connectionId, 'revoked', revokedAt);
  expect(await status()).toBe('connected');
  await api.deps.connections.mark(merchantId, connectionId, 'revoked', api.clock.now());
  expect(await status()).toBe('revoked');
});
