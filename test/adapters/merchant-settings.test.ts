import { expect, it } from 'vitest';
import { CachedMerchantSettings } from '../../lambdas/adapters/dynamodb/cached-merchant-settings.ts';
import type { Merchant } from '../../lambdas/domain/merchant.ts';
import { HandClock } from './upstreams.ts';

const usual = { aeropayApi: 'v2', widgetTokens: 'aerosync', transactionDates: 'body', tokenKeys: 'camel' } as const;
const shop: Merchant = { ...usual, aeropayApi: 'v1.1', id: 'mer_1', name: 'Shop', configurationId: null, deeplinks: [], createdAt: '2026-01-01T00:00:00.000Z' };

function settings(find: (merchantId: string) => Promise<Merchant | undefined>) {
  const clock = new HandClock();
  const asked: string[] = [];
  const cached = new CachedMerchantSettings({ find: (id) => (asked.push(id), find(id)) }, clock);
  return { clock, asked, cached };
}

it('reads a merchant once for 50 calls at once, and again only after a minute', async () => {
  const { cached, asked, clock } = settings(async () => shop);
  const choices = await Promise.all(Array.from({ length: 50 }, () => cached.upstreamChoices('mer_1')));
  expect(new Set(choices)).toEqual(new Set([{ ...usual, aeropayApi: 'v1.1' }]));
  clock.pass(59);
  await cached.upstreamChoices('mer_1');
  expect(asked).toEqual(['mer_1']);
  clock.pass(1);
  await cached.upstreamChoices('mer_1');
  expect(asked).toEqual(['mer_1', 'mer_1']);
});

it('tells merchants apart, and knows the usual for one that is not there', async () => {
  const { cached } = settings(async (id) => (id === 'mer_1' ? shop : undefined));
  expect(await cached.upstreamChoices('mer_1')).toMatchObject({ aeropayApi: 'v1.1' });
  expect(await cached.upstreamChoices('mer_2')).toEqual(usual);
});

it('sees a changed setting within a minute', async () => {
  let current = shop;
  const { cached, clock } = settings(async () => current);
  await cached.upstreamChoices('mer_1');
  current = { ...shop, aeropayApi: 'v2' };
  clock.pass(60);
  expect((await cached.upstreamChoices('mer_1')).aeropayApi).toBe('v2');
});

it('goes on with what it knew while the table cannot be read, and fails where it knew nothing', async () => {
  let broken = false;
  const { cached, clock } = settings(async () => (broken ? Promise.reject(new Error('no table')) : shop));
  await cached.upstreamChoices('mer_1');
  broken = true;
  clock.pass(60);
  expect((await cached.upstreamChoices('mer_1')).aeropayApi).toBe('v1.1');
  await expect(cached.upstreamChoices('mer_2')).rejects.toThrow('no table');
  broken = false;
  expect((await cached.upstreamChoices('mer_2')).aeropayApi).toBe('v1.1');
});
