import { describe, expect, it } from 'vitest';
import { bootSimulator, type Booted } from './boot-simulator.ts';
import { aText, containing, matching } from './matchers.ts';

interface Bank extends Booted {
  id: string;
  create: (path: string, body?: unknown) => ReturnType<Booted['aerosync']>;
  /** `jobStatus` of the status call. */
  word: (jobId: string) => Promise<string>;
  read: (jobId: string) => ReturnType<Booted['aerosync']>;
}

async function openBank(scenario: string, over: Record<string, unknown> = {}): Promise<Bank> {
  const booted = await bootSimulator();
  const id = await booted.linkBank(scenario, over);
  // Every call takes a fresh token, since these tests move the clock past a token's life.
  const call = async (path: string, request = {}) => booted.aerosync(`/v2/accounts/${id}${path}`, { token: await booted.apiToken(), ...request });
  const read = (jobId: string) => call(`/job/${jobId}`);
  return {
    ...booted,
    id,
    create: (path, body) => call(`/${path}`, { method: 'POST', ...(body !== undefined && { body }) }),
    read,
    word: async (jobId) => (await read(jobId)).body.jobStatus,
  };
}

describe('creating a job', () => {
  it.each([
    ['refresh', 'identityStatus', /^REF-[0-9a-f]{32}$/],
    ['transactions', 'transactionStatus', /^TRN-[0-9a-f]{32}$/],
    ['identity', 'identityStatus', /^IDT-[0-9a-f]{32}$/],
  ])('%s answers %s Initiated and a job id', async (path, statusKey, jobId) => {
    const { create, id } = await openBank('default');

    const { status, body } = await create(path);

    expect(status).toBe(200);
    expect(body).toEqual({ status: 'success', statusCode: 200, [statusKey]: 'Initiated', jobId: matching(jobId), userId: id, connectionId: id });
  });

  it('takes an empty body that is announced as JSON', async () => {
    const bank = await openBank('default');
    const reply = await bank.aerosync(`/v2/accounts/${bank.id}/refresh`, { method: 'POST', token: await bank.apiToken(), headers: { 'content-type': 'application/json' } });
    expect(reply.status).toBe(200);
  });

  it.each([
    ['a date of another form', { startDate: '06/01/2026' }],
    ['a day that does not exist', { startDate: '2026-02-30' }],
    ['a date that is a number', { endDate: 20260601 }],
    ['an end before the start', { startDate: '2026-06-02', endDate: '2026-06-01' }],
    ['a start after today', { startDate: '2026-06-16' }],
  ])('refuses %s for transactions', async (_what, body) => {
    const { create } = await openBank('default');
    expect(await create('transactions', body)).toMatchObject({ status: 400, body: { error: { code: 'AC-100' } } });
  });

  it('answers AC-112 while any job of the connection runs, and not for other connections', async () => {
    const bank = await openBank('default');
    await bank.create('refresh');

    for (const path of ['refresh', 'transactions', 'identity']) {
      expect(await bank.create(path)).toMatchObject({ status: 400, body: { error: { code: 'AC-112' } } });
    }
    const other = await bank.linkBank('default');
    expect((await bank.aerosync(`/v2/accounts/${other}/refresh`, { method: 'POST', token: await bank.apiToken() })).status).toBe(200);

    await bank.advance(1.5);
    expect((await bank.create('identity')).status).toBe(200);
  });

  it.each([
    ['manual', 'refresh', 405, 'AC-105'],
    ['manual', 'transactions', 405, 'AC-105'],
    ['expired_consent', 'refresh', 400, 'AC-104'],
    ['expired_consent', 'identity', 400, 'AC-104'],
    ['revoked', 'transactions', 400, 'AC-104'],
  ])('%s refuses %s', async (scenario, path, status, code) => {
    const { create } = await openBank(scenario);
    expect(await create(path)).toMatchObject({ status, body: { error: { code } } });
  });

  it('lets a manual link do identity', async () => {
    const { create } = await openBank('manual');
    expect((await create('identity')).status).toBe(200);
  });
});

describe('a job', () => {
  it('is Initiated, IN_PROGRESS and after 1.5 s COMPLETED', async () => {
    const { create, read, word, advance, id } = await openBank('default');
    const { jobId } = (await create('refresh')).body;

    expect((await read(jobId)).body).toEqual({
      status: 'success', statusCode: 200, jobStatus: 'Initiated', mfaTriggered: false, jobId, userId: id, connectionId: id,
    });
    await advance(0.3);
    expect(await word(jobId)).toBe('IN_PROGRESS');
    await advance(1.19);
    expect(await word(jobId)).toBe('IN_PROGRESS');
    await advance(0.01);
    expect(await word(jobId)).toBe('COMPLETED');
  });

  it('completes by itself in real time', async () => {
    const booted = await bootSimulator({ now: Date.now });
    const id = await booted.linkBank('default', { jobSeconds: 0 });
    const token = await booted.apiToken();
    const { jobId } = (await booted.aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token })).body;
    expect((await booted.aerosync(`/v2/accounts/${id}/job/${jobId}`, { token })).body.jobStatus).toBe('COMPLETED');
  });

  it.each([
    ['slow', {}, 12],
    ['default', { jobSeconds: 75 }, 75],
    ['slow', { jobSeconds: 3 }, 3],
  ])('of %s with %j works as long as it should', async (scenario, over, seconds) => {
    const { create, word, advance } = await openBank(scenario, over);
    const { jobId } = (await create('identity')).body;
    await advance(seconds - 0.1);
    expect(await word(jobId)).toBe('IN_PROGRESS');
    await advance(0.1);
    expect(await word(jobId)).toBe('COMPLETED');
  });

  it('of stuck never ends and keeps the connection busy', async () => {
    const { create, word, advance } = await openBank('stuck');
    const { jobId } = (await create('refresh')).body;
    await advance(86_400);
    expect(await word(jobId)).toBe('IN_PROGRESS');
    expect((await create('refresh')).body.error?.code).toBe('AC-112');
  });

  it('of fails_once fails the first time for each kind and completes the second time', async () => {
    const { create, read, word, advance } = await openBank('fails_once');
    for (const path of ['refresh', 'transactions']) {
      const first = (await create(path)).body.jobId;
      await advance(1.5);
      expect((await read(first)).body).toMatchObject({ jobStatus: 'FAILED', mfaTriggered: false, error: { code: 'AC-103' } });
      const second = (await create(path)).body.jobId;
      await advance(1.5);
      expect(await word(second)).toBe('COMPLETED');
    }
  });

  it.each([
    ['fails_always', { code: 'AC-104', message: aText }],
    ['fails_without_code', undefined],
  ])('of %s fails every time', async (scenario, error) => {
    const { create, read, advance } = await openBank(scenario);
    for (let round = 0; round < 3; round += 1) {
      const { jobId } = (await create('refresh')).body;
      await advance(1.5);
      const { body } = await read(jobId);
      expect(body.jobStatus).toBe('FAILED');
      expect(body.error).toEqual(error);
    }
  });

  it('of busy is refused for 4 s from the first create on, once', async () => {
    const { create, word, advance } = await openBank('busy');
    await advance(60);

    expect((await create('refresh')).body.error?.code).toBe('AC-112');
    await advance(3.9);
    expect((await create('refresh')).body.error?.code).toBe('AC-112');
    await advance(0.1);
    const { jobId } = (await create('refresh')).body;
    await advance(1.5);
    expect(await word(jobId)).toBe('COMPLETED');
    expect((await create('identity')).status).toBe(200);
  });

  it('of busy is refused as long as jobSeconds says', async () => {
    const { create, advance } = await openBank('busy', { jobSeconds: 30 });
    await create('refresh');
    await advance(29.9);
    expect((await create('refresh')).body.error?.code).toBe('AC-112');
    await advance(0.1);
    expect((await create('refresh')).status).toBe(200);
  });
});

describe('a bank question', () => {
  it('stops the job of mfa until it is answered', async () => {
    const { create, read, word, advance, sim } = await openBank('mfa');
    const { jobId } = (await create('refresh')).body;
    await advance(0.9);
    expect((await read(jobId)).body).toMatchObject({ jobStatus: 'MFA_REQUIRED', mfaTriggered: true });
    await advance(600);
    expect(await word(jobId)).toBe('MFA_REQUIRED');

    expect((await sim(`/jobs/${jobId}/mfa`, { body: {} })).body).toEqual({ jobId, accepted: true });

    expect((await read(jobId)).body).toMatchObject({ jobStatus: 'IN_PROGRESS', mfaTriggered: false });
    await advance(0.6);
    expect(await word(jobId)).toBe('COMPLETED');
  });

  it('comes twice in mfa_twice, in the words of the step-by-step pages', async () => {
    const { create, word, advance, sim } = await openBank('mfa_twice');
    const { jobId } = (await create('refresh')).body;
    const words: string[] = [];
    for (const seconds of [0.7, 0.4, 0.4]) {
      await advance(seconds);
      words.push(await word(jobId));
      await sim(`/jobs/${jobId}/mfa`, { method: 'POST' });
    }
    expect(words).toEqual(['Pending MFA', 'Pending MFA', 'completed']);
  });

  it('stays open after a wrong answer', async () => {
    const { create, word, advance, sim } = await openBank('mfa');
    const { jobId } = (await create('refresh')).body;
    await advance(1);
    expect((await sim(`/jobs/${jobId}/mfa`, { body: { answer: 'London' } })).body).toEqual({ jobId, accepted: false });
    expect(await word(jobId)).toBe('MFA_REQUIRED');
  });

  it('fails the job when nobody answers within 15 minutes', async () => {
    const { create, read, advance } = await openBank('mfa');
    const { jobId } = (await create('refresh')).body;
    await advance(0.9 + 900);
    const { body } = await read(jobId);
    expect(body.jobStatus).toBe('FAILED');
    expect(body).not.toHaveProperty('error');
  });

  it('can be answered neither before it is asked nor for a job that does not exist', async () => {
    const { create, sim } = await openBank('mfa');
    const { jobId } = (await create('refresh')).body;
    expect(await sim(`/jobs/${jobId}/mfa`, { body: {} })).toMatchObject({ status: 409, body: { error: containing('initiated') } });
    expect((await sim('/jobs/REF-0/mfa', { body: {} })).status).toBe(404);
  });
});

describe('the consent', () => {
  it.each([
    ['revoke', 'REVOKED_BY_USER'],
    ['expire', 'EXPIRED_CONSENT'],
  ])('%s fails the running job and refuses new ones until the person reconnects', async (change, connectionStatus) => {
    const { create, read, sim, id, aerosync, apiToken, advance } = await openBank('default');
    const account = async () => (await aerosync(`/v2/accounts/${id}`, { token: await apiToken() })).body.account;
    const { jobId } = (await create('refresh')).body;

    expect((await sim(`/connections/${id}/${change}`, { method: 'POST' })).body).toEqual({ connectionId: id, connectionStatus });

    expect(await account()).toMatchObject({ connectionStatus });
    expect((await read(jobId)).body).toMatchObject({ jobStatus: 'FAILED', error: { code: 'AC-104' } });
    expect((await create('refresh')).body.error?.code).toBe('AC-104');
    await advance(2);
    expect((await read(jobId)).body.jobStatus).toBe('FAILED');

    const reconnected = (await sim(`/connections/${id}/reconnect`, { method: 'POST' })).body;

    expect(reconnected).toMatchObject({ connectionId: id, clientName: 'acme' });
    expect(await account()).toMatchObject({ connectionStatus: 'CONNECTED' });
    expect((await create('refresh')).status).toBe(200);
  });
});
