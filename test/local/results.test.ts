import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { testEnvironment } from './environment.ts';
import { inMinorUnits } from './in-minor-units.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection } from './people.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);

  async function completed(api: ApiClient, connectionId: string, type: string) {
    const job = await api.follow((await api.startJob(connectionId, { type })).body.id);
    if (job.status !== 'completed' || job.resultUrl === null) throw new Error(`the ${type} job is ${job.status}: ${JSON.stringify(job.error)}`);
    return { ...job, resultUrl: job.resultUrl };
  }

  async function allPages(api: ApiClient, resultUrl: string, limit: number) {
    const pages = [(await api.transactions(resultUrl, { limit })).body];
    for (let cursor = pages[0]?.nextCursor ?? null; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
      pages.push((await api.transactions(resultUrl, { limit, cursor })).body);
    }
    return pages;
  }

  describe('1,234 transactions', () => {
    it('come back through paging, each once, in upstream\'s order and exact to the cent', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'transactions_1234', jobSeconds: 0.2 });

      const job = await completed(api, id, 'transactions');
      const pages = await allPages(api, job.resultUrl, 500);
      const small = await allPages(api, job.resultUrl, 97);

      const items = pages.flatMap((page) => page.items);
      const { transactions } = await simulator.expected(id);
      expect(pages.map((page) => page.items.length)).toEqual([500, 500, 234]);
      expect(new Set(items.map((item) => item.id)).size).toBe(1234);
      expect(items.reduce((sum, { amount }) => sum + (amount?.amountMinor ?? Number.NaN), 0)).toBe(63_495_090);
      expect(transactions.sumMinorUnits).toBe(63_495_090);
      expect(items.filter(({ type }) => type === 'credit').reduce((sum, { amount }) => sum + (amount?.amountMinor ?? Number.NaN), 0)).toBe(12_665_356);
      expect(items.map((item) => [item.id, item.date, item.type, item.amount])).toEqual(
        transactions.items.map((item) => [item.id, item.day, item.type?.toLowerCase(), inMinorUnits(item.amount, item.currency)]),
      );
      expect(small.flatMap((page) => page.items)).toEqual(items);
      for (const { jobId, connectionId, startDate, endDate } of pages) expect({ jobId, connectionId, startDate, endDate }).toEqual({ jobId: job.id, connectionId: id, startDate: job.startDate, endDate: job.endDate });
    });

    it('come in pages of 100 unless the caller says otherwise, also as the newest ones, whose cursor leads on in the job\'s result', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'transactions_1234', jobSeconds: 0.2 });
      const job = await completed(api, id, 'transactions');

      const first = (await api.transactions(job.resultUrl)).body;
      const newest = (await api.transactions(`/v1/connections/${id}/transactions`)).body;
      const three = (await api.transactions(`/v1/connections/${id}/transactions`, { limit: 3 })).body;
      const rest = (await api.transactions(job.resultUrl, { cursor: three.nextCursor ?? '', limit: 97 })).body;

      expect(first.items).toHaveLength(100);
      expect(newest.items).toEqual(first.items);
      expect([...three.items, ...rest.items]).toEqual(first.items);
      await api.refused('InvalidRequest', 'GET', `/v1/connections/${id}/transactions?cursor=${three.nextCursor ?? ''}`);
    });

    it('cannot be read on with a cursor of another job, or one that was changed', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'transactions_1234', jobSeconds: 0.1 });
      const [one, other] = [await completed(api, id, 'transactions'), await completed(api, id, 'transactions')];
      const cursor = (await api.transactions(one.resultUrl)).body.nextCursor ?? '';

      for (const bad of [cursor.slice(1), `${cursor}A`, cursor.split('').reverse().join(''), 'MTAw']) {
        expect((await api.refused('InvalidRequest', 'GET', `${one.resultUrl}?cursor=${encodeURIComponent(bad)}`)).errors).toMatchObject([{ path: 'cursor' }]);
      }
      expect((await api.refused('InvalidRequest', 'GET', `${other.resultUrl}?cursor=${encodeURIComponent(cursor)}`)).errors).toMatchObject([{ path: 'cursor' }]);
      expect((await api.transactions(one.resultUrl, { cursor })).body.items).toHaveLength(100);
    });
  });

  describe('amounts', () => {
    it('that floating point gets wrong are exact', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'decimals', jobSeconds: 0.1 });

      const [balance, transactions] = [await completed(api, id, 'balance'), await completed(api, id, 'transactions')];

      const expected = await simulator.expected(id);
      expect((await api.balance(balance.resultUrl)).body).toMatchObject({
        available: inMinorUnits(expected.balance.available, expected.balance.currency),
        current: inMinorUnits(expected.balance.current, expected.balance.currency),
      });
      const { items } = (await api.transactions(transactions.resultUrl, { limit: 500 })).body;
      expect(items.length).toBe(expected.transactions.count);
      expect(items.map(({ amount }) => amount)).toEqual(expected.transactions.items.map(({ amount, currency }) => inMinorUnits(amount, currency)));
      expect(items.reduce((sum, { amount }) => sum + (amount?.amountMinor ?? Number.NaN), 0)).toBe(expected.transactions.sumMinorUnits);
    });

    it('that are odd, and values that upstream leaves out, are null, unknown or marked, never invented', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'odd_data', jobSeconds: 0.1 });

      const [balance, transactions, identity] = [await completed(api, id, 'balance'), await completed(api, id, 'transactions'), await completed(api, id, 'identity')];

      const expected = await simulator.expected(id);
      const { items } = (await api.transactions(transactions.resultUrl, { limit: 500 })).body;
      expect(items.map(({ amount }) => amount === null)).toEqual(expected.transactions.items.map(({ currency }) => currency === null));
      expect(items.map(({ type }) => type === 'unknown')).toEqual(expected.transactions.items.map(({ type, amount }) => type === null || (type === 'CREDIT' && amount.startsWith('-'))));
      expect(items.filter(({ amount }) => amount?.exact === false).length).toBeGreaterThan(0);
      expect(items.every(({ amount }) => amount === null || amount.amountMinor >= 0)).toBe(true);
      expect((await api.balance(balance.resultUrl)).body).toMatchObject({ available: null });
      expect((await api.identity(identity.resultUrl)).body).toMatchObject({ type: 'identity', address: null });
    });

    it('of an account without movements are no transactions and a balance of zero', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'no_transactions', jobSeconds: 0.1 });

      const [balance, transactions] = [await completed(api, id, 'balance'), await completed(api, id, 'transactions')];

      expect((await api.transactions(transactions.resultUrl)).body).toMatchObject({ items: [], nextCursor: null });
      expect((await api.balance(balance.resultUrl)).body).toMatchObject({ available: { amountMinor: 0, currency: 'USD' } });
    });
  });

  describe('the newest result of a kind', () => {
    it('is that of the job that completed last, as long as it is young enough', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
      const newest = `/v1/connections/${id}/balance`;
      await api.refused('NotFound', 'GET', newest);

      const first = await completed(api, id, 'balance');
      const afterFirst = (await api.balance(newest)).body;
      const second = await completed(api, id, 'balance');

      expect(afterFirst.jobId).toBe(first.id);
      expect((await api.balance(newest)).body).toEqual((await api.balance(second.resultUrl)).body);
      expect((await api.balance(`${newest}?maxAgeSeconds=31536000`)).body.jobId).toBe(second.id);
      await api.refused('NotFound', 'GET', `${newest}?maxAgeSeconds=0`);
      await api.refused('NotFound', 'GET', `/v1/connections/${id}/identity`);
      for (const age of ['-1', '31536001', 'soon', '1.5', '']) expect((await api.refused('InvalidRequest', 'GET', `${newest}?maxAgeSeconds=${age}`)).errors).toMatchObject([{ path: 'maxAgeSeconds' }]);
    });

    it('is found by any spelling of the connection\'s id', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
      await completed(api, id, 'identity');
      const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

      for (const spelling of [id, dashed, id.toUpperCase(), dashed.toUpperCase()]) {
        expect((await api.identity(`/v1/connections/${spelling}/identity`)).body.connectionId).toBe(id);
      }
    });
  });
});
