import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobType } from '../../lambdas/domain/job.ts';
import { answer } from './loopback.ts';
import { adaptersBefore, connectionId, jobId, merchantId } from './upstreams.ts';

/** The reply is given as text, so that a number reaches the adapter exactly as it is written here. */
async function read(type: JobType, reply: string) {
  const { jobs, upstream } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}/${type}`]: answer(200, reply) });
  return { data: await jobs.readData(merchantId, connectionId, jobId, type, null), asked: upstream.seen[1]?.path };
}

describe('a balance', () => {
  const balance = async (account: string) => (await read('balance', `{"status":"success","statusCode":200,"account":${account}}`)).data;

  it('is read as documented, its time without zone as UTC', async () => {
    const account = '{"availableBalance":3124.25,"currentBalance":3124.25,"lastRefreshTimeStamp":"2023-01-23 18:07:25.815355","currency":"USD","bankName":"Chase"}';
    expect(await balance(account)).toEqual({
      type: 'balance', asOf: '2023-01-23T18:07:25.815Z',
      available: { amountMinor: 312425, currency: 'USD' }, current: { amountMinor: 312425, currency: 'USD' },
    });
  });

  it.each([
    ['39.76', { amountMinor: 3976, currency: 'USD' }],
    ['"39.76"', { amountMinor: 3976, currency: 'USD' }],
    ['90071992547409.91', { amountMinor: 9007199254740991, currency: 'USD' }],
    ['1.005', { amountMinor: 100, currency: 'USD', exact: false }],
    ['1.015', { amountMinor: 102, currency: 'USD', exact: false }],
    ['1.0150', { amountMinor: 102, currency: 'USD', exact: false }],
    ['-12.5', { amountMinor: -1250, currency: 'USD' }],
    ['1.2e3', { amountMinor: 120000, currency: 'USD' }],
    ['-0.00', { amountMinor: 0, currency: 'USD' }],
    ['null', null],
    ['""', null],
  ])('of %s is exact', async (amount, money) => {
    expect(await balance(`{"availableBalance":${amount},"currency":"USD"}`)).toMatchObject({ available: money, current: null });
  });

  it.each([['1674497245', '2023-01-23T18:07:25.000Z'], ['1674497245815', '2023-01-23T18:07:25.815Z'], ['"1674497245.815355"', '2023-01-23T18:07:25.815Z'], ['"2023-01-23T18:07:25.8153555Z"', '2023-01-23T18:07:25.815Z'], ['""', null], ['null', null]])('of the time %s is of %s', async (time, asOf) => {
    expect(await balance(`{"lastRefreshTimeStamp":${time}}`)).toMatchObject({ asOf });
  });

  it('without a currency is null, as are amounts and a time that upstream leaves out', async () => {
    expect(await balance('{"availableBalance":1}')).toEqual({ type: 'balance', asOf: null, available: null, current: null });
  });

  it.each([
    ['{"availableBalance":"1,000.00","currency":"USD"}', 'account.availableBalance'],
    ['{"availableBalance":true,"currency":"USD"}', 'account.availableBalance'],
    ['{"currentBalance":99999999999999999,"currency":"USD"}', 'account.currentBalance'],
    ['{"lastRefreshTimeStamp":"yesterday","currency":"USD"}', 'account.lastRefreshTimeStamp'],
    ['{"lastRefreshTimeStamp":"2023-02-30 10:00:00","currency":"USD"}', 'account.lastRefreshTimeStamp'],
  ])('of %s is refused, naming the path', async (account, path) => {
    await expect(balance(account)).rejects.toThrow(`Aerosync balance data: the reply differs at ${path}`);
  });

  it('keeps any amount to the cent on its way through JSON', async () => {
    const { jobs } = await adaptersBefore({
      [`/aerosync/v2/accounts/${connectionId}/balance`]: (seen, response) => {
        answer(200, `{"account":{"availableBalance":${next},"currency":"USD"}}`)(seen, response);
      },
    });
    let next = '0';
    await fc.assert(
      fc.asyncProperty(fc.maxSafeInteger(), async (minor) => {
        const digits = String(Math.abs(minor)).padStart(3, '0');
        next = `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(await jobs.readData(merchantId, connectionId, jobId, 'balance', null)).toMatchObject({ available: { amountMinor: minor, currency: 'USD' } });
      }),
      { numRuns: 100 },
    );
  });
});

describe('transactions', () => {
  const transactions = async (...items: string[]) => {
    const { data } = await read('transactions', `{"transactions":[${items.join(',')}]}`);
    if (data.type !== 'transactions') throw new Error('not transactions');
    return data.items;
  };

  it('are asked for by the job', async () => {
    expect((await read('transactions', '{"transactions":[]}')).asked).toBe(`/aerosync/v2/accounts/${connectionId}/transactions?job_id=${jobId}`);
  });

  it('are read as documented, in the order upstream gave them', async () => {
    const first = '{"id":"TRN-1","type":"CREDIT","date":"2025-01-30T12:00:00Z","amount":39.76,"currency":"USD","description":"Chipotle","category":"Food and Dining","subcategory":"Fast Food"}';
    expect(await transactions(first, '{"id":"TRN-0"}')).toEqual([
      { id: 'TRN-1', date: '2025-01-30', type: 'credit', amount: { amountMinor: 3976, currency: 'USD' }, description: 'Chipotle', category: 'Food and Dining', subcategory: 'Fast Food' },
      { id: 'TRN-0', date: null, type: 'unknown', amount: null, description: null, category: null, subcategory: null },
    ]);
  });

  it.each([
    ['"CREDIT"', '39.76', 'credit'],
    ['"credit"', '"39.76"', 'credit'],
    ['"DEBIT"', '39.76', 'debit'],
    ['"Debit"', '-39.76', 'debit'],
    ['"CREDIT"', '-39.76', 'unknown'],
    ['"CREDIT"', '-0.001', 'unknown'],
    ['"CREDIT"', '-0.00', 'credit'],
    ['"CREDIT"', '-0e5', 'credit'],
    ['"REFUND"', '39.76', 'unknown'],
    ['null', '-39.76', 'unknown'],
    ['null', '39.76', 'unknown'],
    ['"DEBIT"', 'null', 'debit'],
  ])('of type %s with amount %s have the direction %s and no negative amount', async (type, amount, direction) => {
    const [only] = await transactions(`{"id":"T","type":${type},"amount":${amount},"currency":"USD"}`);
    expect(only?.type).toBe(direction);
    expect(only?.amount?.amountMinor ?? 0).toBeGreaterThanOrEqual(0);
  });

  it('round a minus half to even like a plus', async () => {
    const items = await transactions('{"id":"a","type":"DEBIT","amount":-0.125,"currency":"USD"}', '{"id":"b","type":"DEBIT","amount":0.135,"currency":"USD"}');
    expect(items.map(({ amount }) => amount)).toEqual([{ amountMinor: 12, currency: 'USD', exact: false }, { amountMinor: 14, currency: 'USD', exact: false }]);
  });

  it.each([
    ['2025-01-30T23:30:00-05:00', '2025-01-30'], ['2025-01-30', '2025-01-30'], ['2025-01-30 12:00:00.5', '2025-01-30'],
  ])('of %s have the day %s, as it was written', async (date, day) => {
    expect((await transactions(`{"id":"T","date":"${date}"}`))[0]?.date).toBe(day);
  });

  it.each(['1738238400', '"1738238400"', '1738238400000'])('of %s have the day of that moment', async (date) => {
    expect((await transactions(`{"id":"T","date":${date}}`))[0]?.date).toBe('2025-01-30');
  });

  it.each([
    ['{"amount":1}', 'transactions.0.id'],
    ['{"id":""}', 'transactions.0.id'],
    ['{"id":"T","date":"30/01/2025"}', 'transactions.0.date'],
    ['{"id":"T","amount":"much","currency":"USD"}', 'transactions.0.amount'],
  ])('like %s are refused, naming the path', async (item, path) => {
    await expect(transactions(item)).rejects.toThrow(`Aerosync transactions data: the reply differs at ${path}`);
  });

  it('without a list are refused, naming the path', async () => {
    await expect(read('transactions', '{"status":"success"}')).rejects.toThrow(/differs at transactions$/);
  });
});

describe('an identity', () => {
  const identity = async (text: string) => (await read('identity', `{"identity":${text}}`)).data;

  it('is read as documented', async () => {
    const text = '{"accountHolderName":"Dwight Schrute","address":"1 Beet Rd, Scranton","address_fields":{"address1":"1 Beet Rd","address2":null,"city":"Scranton","state":"PA","region":null,"postalCode":"18503","country":"US"},"email":"d@example.com","phone":"515-123-4567"}';
    expect(await identity(text)).toEqual({
      type: 'identity', asOf: null, accountHolderName: 'Dwight Schrute', email: 'd@example.com', phone: '515-123-4567',
      address: { line1: '1 Beet Rd', line2: null, city: 'Scranton', state: 'PA', postalCode: '18503', country: 'US', full: '1 Beet Rd, Scranton' },
    });
  });

  it('with the other spelling of its fields says the same', async () => {
    const text = '{"addressFields":{"address_1":"1 Beet Rd","address_2":"Barn","region":"PA","postal_code":18503}}';
    expect(await identity(text)).toMatchObject({ accountHolderName: null, address: { line1: '1 Beet Rd', line2: 'Barn', state: 'PA', postalCode: '18503', full: null } });
  });

  it.each(['{}', '{"address":null,"address_fields":null}', '{"address":"","address_fields":{"city":null}}'])('without an address, as %s, has none', async (text) => {
    expect(await identity(text)).toEqual({ type: 'identity', asOf: null, accountHolderName: null, email: null, phone: null, address: null });
  });

  it('that is missing is refused, naming the path', async () => {
    await expect(read('identity', '{}')).rejects.toThrow(/differs at identity$/);
  });
});
