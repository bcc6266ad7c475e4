import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { acme, bootSimulator, type Booted } from './boot-simulator.ts';
import { containing } from './matchers.ts';

const refresh = 'aerosync POST /v2/accounts/:connectionId/refresh';
const readAccount = 'aerosync GET /v2/accounts/:connectionId';

async function withBank() {
  const booted = await bootSimulator();
  const id = await booted.linkBank('default');
  const token = await booted.apiToken();
  await booted.sim('/calls', { method: 'DELETE' });
  return {
    ...booted,
    id,
    switchOn: (fault: object) => booted.sim('/faults', { body: fault }),
    account: () => booted.aerosync(`/v2/accounts/${id}`, { token }),
    refresh: () => booted.aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token }),
    token,
  };
}

describe('POST /sim/faults', () => {
  it.each([
    [{ status: 503 }, 503, null, undefined],
    [{ status: 429, retryAfter: 7 }, 429, '7', undefined],
    [{ status: 429, retryAfter: 'Mon, 15 Jun 2026 10:01:00 GMT' }, 429, 'Mon, 15 Jun 2026 10:01:00 GMT', undefined],
    [{ status: 200, code: 'AC-104' }, 200, null, 'AC-104'],
    [{ status: 418, code: 'AC-999' }, 418, null, 'AC-999'],
  ])('status %j reaches the caller', async (fields, status, retryAfter, code) => {
    const { switchOn, account } = await withBank();
    await switchOn({ call: readAccount, fault: 'status', ...fields });

    const reply = await account();

    expect(reply.status).toBe(status);
    expect(reply.headers.get('retry-after')).toBe(retryAfter);
    expect(reply.body.error?.code).toBe(code);
  });

  it('html is a gateway\'s page, empty has no body', async () => {
    const { switchOn, account } = await withBank();
    await switchOn({ call: readAccount, fault: 'html' });
    await switchOn({ call: readAccount, fault: 'empty' });

    const page = await account();
    expect(page.status).toBe(502);
    expect(page.headers.get('content-type')).toBe('text/html');
    expect(page.body).toBeUndefined();
    expect(await account()).toMatchObject({ status: 200, text: '' });
    expect((await account()).body.account.bankName).toBe('Aerosync Bank');
  });

  it('reset breaks the connection', async () => {
    const { switchOn, account } = await withBank();
    await switchOn({ call: readAccount, fault: 'reset' });
    await expect(account()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  it('half sends half of what it announces', async () => {
    const { switchOn, simulator, id, token, account } = await withBank();
    await switchOn({ call: readAccount, fault: 'half', when: 'after' });

    const { announced, sent, whole } = await new Promise<{ announced: number; sent: string; whole: boolean }>((resolve, reject) => {
      get(`${simulator.aerosyncUrl}/v2/accounts/${id}`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
        let sent = '';
        response.on('data', (chunk: Buffer) => (sent += chunk.toString()));
        response.on('error', () => undefined); // the cut connection
        response.on('close', () => resolve({ announced: Number(response.headers['content-length']), sent, whole: response.complete }));
      }).on('error', reject);
    });

    expect({ length: sent.length, whole }).toEqual({ length: Math.floor(announced / 2), whole: false });
    expect((await account()).text.startsWith(sent)).toBe(true);
  });

  it('hang never answers, and does not keep the simulator from closing', async () => {
    const { switchOn, simulator, sim, id, token } = await withBank();
    await switchOn({ call: readAccount, fault: 'hang' });
    const waiting = fetch(`${simulator.aerosyncUrl}/v2/accounts/${id}`, { headers: { authorization: `Bearer ${token}` } }).catch((error: unknown) => error);
    const struck = async (): Promise<boolean> => (await sim('/calls')).body.total === 1 || struck();
    await struck();

    await simulator.close();

    expect(await waiting).toBeInstanceOf(Error);
  });

  it('delay answers late by the simulator\'s clock', async () => {
    const { switchOn, account, advance, sim } = await withBank();
    await switchOn({ call: readAccount, fault: 'delay', delaySeconds: 20 });
    let answered = false;
    const waiting = account().finally(() => (answered = true));
    const struck = async (): Promise<boolean> => (await sim('/faults')).body.faults.length === 0 || struck();
    await struck();
    expect(answered).toBe(false);

    await advance(20);

    expect((await waiting).status).toBe(200);
  });

  it.each([
    ['before', 200],
    ['after', 400],
  ])('%s decides whether the call takes effect', async (when, statusOfRepeat) => {
    const { switchOn, refresh: create } = await withBank();
    await switchOn({ call: refresh, fault: 'reset', when });

    await expect(create()).rejects.toThrow();

    expect((await create()).status).toBe(statusOfRepeat); // 400 is AC-112: the lost create runs
  });

  it('strikes count times, the oldest first, and only the named call', async () => {
    const { switchOn, account, refresh: create, sim } = await withBank();
    await switchOn({ call: readAccount, fault: 'status', status: 500, count: 2 });
    await switchOn({ call: readAccount, fault: 'status', status: 503 });
    expect((await sim('/faults')).body.faults).toMatchObject([{ status: 500, left: 2 }, { status: 503, left: 1 }]);

    expect((await create()).status).toBe(200);
    const statuses = [await account(), await account(), await account(), await account()].map(({ status }) => status);

    expect(statuses).toEqual([500, 500, 503, 200]);
  });

  it.each([
    [{ code: 'AC-104' }, { error: { code: 'AC-104', message: 'Simulated refusal' } }],
    [{ code: 'AP300', envelope: 'standard' }, { error: { code: 'AP300', message: 'Simulated refusal' } }],
    [{ code: 'AP300', envelope: 'older' }, { success: false, code: 'AP300', error: 'Simulated refusal' }],
    [{ code: 'MISSING_PARAMETER', envelope: 'bare' }, { code: 'MISSING_PARAMETER', message: 'Simulated refusal' }],
  ])('status with %j arrives as %j', async (fields, body) => {
    const { switchOn, account } = await withBank();
    await switchOn({ call: readAccount, fault: 'status', status: 200, ...fields });
    expect(await account()).toMatchObject({ status: 200, text: JSON.stringify(body) });
  });

  it('change takes members away, adds and replaces them, and leaves the digits of all others', async () => {
    const { switchOn, aerosync, id, token } = await withBank();
    const balance = 'aerosync GET /v2/accounts/:connectionId/balance';
    const truth = (await aerosync(`/v2/accounts/${id}/balance`, { token })).text;
    await switchOn({ call: balance, fault: 'change', remove: ['account.currency', 'status', 'nothing.here'], set: { 'account.availableBalance': 'a lot', extra: { deep: [1] }, 'account.userId': null } });

    const { text } = await aerosync(`/v2/accounts/${id}/balance`, { token });

    expect(text).toBe(
      truth
        .replace('"status":"success",', '')
        .replace('"currency":"USD",', '')
        .replace('"availableBalance":3124.25', '"availableBalance":"a lot"')
        .replace(`"userId":"${id}"`, '"userId":null')
        .replace(/\}$/, ',"extra":{"deep":[1]}}'),
    );
    expect((await aerosync(`/v2/accounts/${id}/balance`, { token })).text).toBe(truth);
  });

  it('change reaches into lists', async () => {
    const { switchOn, aeropay, createUser, userToken, sim } = await withBank();
    const { user } = (await createUser()).body;
    const { accounts } = (await sim('/connections', { body: { aeroPassUserUuid: user.id, accounts: 2 } })).body;
    const asUser = await userToken(user.id);
    for (const { connectionId } of accounts ?? []) await aeropay('/v2/linkAccountFromAggregator', { token: asUser, body: { connectionId, aggregator: 'aerosync' } });
    await switchOn({ call: 'aeropay GET /v2/bankAccounts', fault: 'change', remove: ['bankAccounts.1.connectionId', 'bankAccounts.0'] });

    const { bankAccounts } = (await aeropay('/v2/bankAccounts', { token: asUser })).body;

    expect(bankAccounts).toHaveLength(1);
    expect(bankAccounts[0]).toMatchObject({ isSelected: false });
    expect(bankAccounts[0]).not.toHaveProperty('connectionId');
  });

  it('strikes token calls as well', async () => {
    const { switchOn, aerosync } = await withBank();
    await switchOn({ call: 'aerosync POST /v2/token', fault: 'status', status: 429, retryAfter: 1 });
    expect((await aerosync('/v2/token', { body: acme.aerosync })).status).toBe(429);
    expect((await aerosync('/v2/token', { body: acme.aerosync })).status).toBe(200);
  });

  it('DELETE switches all of them off', async () => {
    const { switchOn, account, sim } = await withBank();
    await switchOn({ call: readAccount, fault: 'status', status: 500, count: 100 });
    await sim('/faults', { method: 'DELETE' });
    expect((await account()).status).toBe(200);
  });

  it('stands in the call log', async () => {
    const { switchOn, account, sim } = await withBank();
    await switchOn({ call: readAccount, fault: 'reset' });
    await account().catch(() => undefined);
    expect((await sim('/calls')).body.calls).toMatchObject([{ call: readAccount, status: null, fault: 'reset' }]);
  });

  it.each([
    [{ fault: 'reset' }, 'call'],
    [{ call: readAccount, fault: 'explode' }, 'fault'],
    [{ call: readAccount, fault: 'status' }, 'status'],
    [{ call: readAccount, fault: 'reset', count: 0 }, 'count'],
    [{ call: readAccount, fault: 'reset', status: 500 }, 'status'],
    [{ call: 'aerosync GET /v9', fault: 'reset' }, refresh],
  ])('refuses %j and says what would do', async (fault, word) => {
    const booted: Booted = await bootSimulator();
    expect(await booted.sim('/faults', { body: fault })).toMatchObject({ status: 400, body: { error: containing(word) } });
  });
});
