import { describe, expect, it } from 'vitest';
import { bootSimulator } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';

async function fetched(scenario: string, path: string, body?: unknown) {
  const booted = await bootSimulator();
  const id = await booted.linkBank(scenario);
  const token = await booted.apiToken();
  const { jobId } = (await booted.aerosync(`/v2/accounts/${id}/${path}`, { method: 'POST', token, ...(body !== undefined && { body }) })).body;
  await booted.advance(1.5);
  const read = (rest: string) => booted.aerosync(`/v2/accounts/${id}/${rest}`, { token });
  return { ...booted, id, token, jobId, read };
}

describe('Aerosync GET …/balance', () => {
  it('shows decimals and a time without a zone, as old as the last refresh', async () => {
    const { read, id } = await fetched('default', 'refresh');

    const { status, body } = await read('balance');

    expect(status).toBe(200);
    expect(body.account).toEqual({
      availableBalance: 3124.25,
      currentBalance: 3151.1,
      lastRefreshTimeStamp: '2026-06-15 10:00:01.500000',
      currency: 'USD',
      bankName: 'Aerosync Bank',
      institutionName: 'Aerosync Bank',
      institutionUuid: aText,
      userId: id,
      connectionId: id,
    });
  });

  it('shows the balance of the day of linking when nothing was refreshed', async () => {
    const { read } = await fetched('default', 'identity');
    expect((await read('balance')).body.account.lastRefreshTimeStamp).toBe('2026-06-15 10:00:00.000000');
  });

  it('keeps the digits of the amounts', async () => {
    const { read } = await fetched('decimals', 'refresh');
    expect((await read('balance')).text).toContain('"availableBalance":4.35,"currentBalance":9007199254740.99,');
  });

  it('lacks what may be missing in odd_data', async () => {
    const { read, id } = await fetched('odd_data', 'refresh');
    const { text, body } = await read('balance');
    expect(text).toContain('"currentBalance":-20.50,');
    expect(Object.keys(body.account)).toEqual(['currentBalance', 'lastRefreshTimeStamp', 'userId', 'connectionId']);
    expect(body.account.connectionId).toBe(id);
  });

  it('is not available for a manual link', async () => {
    const { read } = await fetched('manual', 'identity');
    expect(await read('balance')).toMatchObject({ status: 405, body: { error: { code: 'AC-105' } } });
  });
});

describe('Aerosync GET …/transactions', () => {
  it('shows the last 90 days of the job, newest first', async () => {
    const { read, jobId } = await fetched('default', 'transactions');

    const { status, body } = await read(`transactions?job_id=${jobId}`);

    expect(status).toBe(200);
    expect(body.transactions).toHaveLength(12);
    expect(body.transactions[1]).toEqual({
      id: matching(/^TRN-[0-9a-f-]{36}$/),
      type: 'DEBIT',
      date: '2026-06-14T12:00:00Z',
      amount: 39.76,
      currency: 'USD',
      description: 'Burger House',
      category: 'Food and Dining',
      subcategory: 'Fast Food',
    });
    const dates = body.transactions.map((transaction: { date: string }) => transaction.date);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  it.each([
    [{ startDate: '2026-06-10', endDate: '2026-06-14' }, ['2026-06-14', '2026-06-12', '2026-06-10']],
    [{ startDate: '2025-11-01' }, 15],
    [{ endDate: '2026-05-01' }, ['2026-05-01', '2026-04-16', '2026-04-01', '2026-03-19']],
  ])('shows the days %j of the job', async (dates, expected) => {
    const { read, jobId } = await fetched('default', 'transactions', dates);
    const days = (await read(`transactions?job_id=${jobId}`)).body.transactions.map(({ date }: { date: string }) => date.slice(0, 10));
    expect(typeof expected === 'number' ? days.length : days).toEqual(expected);
  });

  it('shows by dates what completed jobs fetched, and nothing else', async () => {
    const { read } = await fetched('default', 'transactions', { startDate: '2026-06-01' });
    const count = async (query: string) => (await read(`transactions?${query}`)).body.transactions.length;
    expect(await count('start_date=2026-06-14&end_date=2026-06-15')).toBe(2);
    expect(await count('start_date=2026-01-01&end_date=2026-05-31')).toBe(0);
  });

  it.each([['transactions'], ['transactions?start_date=2026-06-01'], ['transactions?start_date=2026-06-31&end_date=2026-07-01'], ['transactions?start_date=2026-06-02&end_date=2026-06-01']])(
    'refuses %s',
    async (path) => {
      const { read } = await fetched('default', 'transactions');
      expect(await read(path)).toMatchObject({ status: 400, body: { error: { code: 'AC-100' } } });
    },
  );

  it('refuses a job that still runs, that failed, or that is of another kind', async () => {
    const booted = await bootSimulator();
    const token = await booted.apiToken();
    const start = async (scenario: string, path: string) => {
      const id = await booted.linkBank(scenario);
      const { jobId } = (await booted.aerosync(`/v2/accounts/${id}/${path}`, { method: 'POST', token })).body;
      return `/v2/accounts/${id}/transactions?job_id=${jobId}`;
    };
    const others = [await start('fails_always', 'transactions'), await start('default', 'identity')];
    await booted.advance(1.5);

    for (const path of [await start('default', 'transactions'), ...others]) {
      expect(await booted.aerosync(path, { token })).toMatchObject({ status: 400, body: { error: { code: 'AC-100' } } });
    }
  });

  it('keeps the digits of every amount', async () => {
    const { read, jobId } = await fetched('decimals', 'transactions');
    const texts = [...(await read(`transactions?job_id=${jobId}`)).text.matchAll(/"amount":([^,]+),/g)].map(([, text]) => text);
    expect(texts).toEqual(['39.76', '39.7', '40', '1200.00', '0.01', '0.10', '0.1', '1.15', '4.35', '8.2', '19.99', '1001.10', '9007199254740.99']);
  });

  it('sends odd amounts, and leaves out what is absent, in odd_data', async () => {
    const { read, jobId } = await fetched('odd_data', 'transactions');
    const { text, body } = await read(`transactions?job_id=${jobId}`);
    expect(text).toContain('"amount":10.005,');
    expect(text).toContain('"amount":1.2e3,');
    expect(body.transactions.filter((transaction: object) => !('type' in transaction))).toHaveLength(1);
    expect(body.transactions.filter((transaction: object) => !('currency' in transaction))).toHaveLength(1);
    expect(body.transactions.some((transaction: { description: unknown }) => transaction.description === null)).toBe(true);
  });

  it('sends 1,234 transactions, each once, adding up to what GET /sim/connections/{id}/expected says', async () => {
    const { read, jobId, sim, id } = await fetched('transactions_1234', 'transactions');

    const { text, body } = await read(`transactions?job_id=${jobId}`);
    const expected = (await sim(`/connections/${id}/expected`)).body.transactions;

    expect(new Set(body.transactions.map((transaction: { id: string }) => transaction.id)).size).toBe(1234);
    const cents = [...text.matchAll(/"amount":(\d+)(?:\.(\d{1,2}))?,/g)].map(([, whole, fraction = '']) => Number(`${whole}${fraction.padEnd(2, '0')}`));
    expect(cents).toHaveLength(1234);
    expect(cents.reduce((sum, amount) => sum + amount, 0)).toBe(63_495_090);
    expect(expected).toMatchObject({ count: 1234, sumMinorUnits: 63_495_090 });
    expect(expected.items.map((item: { id: string }) => item.id)).toEqual(body.transactions.map((transaction: { id: string }) => transaction.id));
  });

  it('has none in no_transactions', async () => {
    const { read, jobId } = await fetched('no_transactions', 'transactions');
    expect((await read(`transactions?job_id=${jobId}`)).body.transactions).toEqual([]);
  });
});

describe('Aerosync GET …/identity', () => {
  it('shows the person who linked the bank', async () => {
    const { read, id } = await fetched('default', 'identity');

    const { status, body } = await read('identity');

    expect(status).toBe(200);
    expect(body.identity).toMatchObject({
      accountHolderName: 'Jane Doe',
      address: aText,
      address_fields: { address1: aText, state: 'PA', region: null, postalCode: '18503', country: 'US' },
      email: 'jane@example.com',
      phone: matching(/^202-444-\d{4}$/),
      userId: id,
      connectionId: id,
    });
  });

  it('has nothing before an identity job has completed', async () => {
    const { read } = await fetched('default', 'refresh');
    expect(await read('identity')).toMatchObject({ status: 400, body: { error: { code: 'AC-204' } } });
  });

  it('has only a name in odd_data', async () => {
    const { read } = await fetched('odd_data', 'identity');
    expect(Object.keys((await read('identity')).body.identity)).toEqual(['accountHolderName', 'userId', 'connectionId']);
  });
});
