import { describe, expect, it } from 'vitest';
import { beforeDeadline } from '../../lambdas/adapters/upstream-http/before-deadline.ts';
import type { UpstreamCredentials } from '../../lambdas/domain/merchant.ts';
import { answer, inTurn, type Respond } from './loopback.ts';
import { adaptersBefore, connectionId, credentials, HandClock, jane, jobId, merchantId, person, rotated, uuid } from './upstreams.ts';

const syncToken = '/aerosync/v2/token';
const payToken = '/aeropay/v2/token';
const accountPath = `/aerosync/v2/accounts/${connectionId}`;
const account = answer(200, { account: {} });
const expired = answer(403, { error: { code: 'AC-001', message: 'Invalid API key and secret.' } });

/** Grants a token that is told apart by its number. */
function numbered(prefix: string, TTL: unknown = '1800'): Respond {
  let minted = 0;
  return (seen, response) => {
    minted += 1;
    answer(200, { TTL, token: `${prefix}-${minted}` })(seen, response);
  };
}

describe('a bearer token', () => {
  it('is minted once for 200 calls that come at once, and serves accounts and jobs alike', async () => {
    const { accounts, jobs, upstream } = await adaptersBefore({ [accountPath]: account, [`${accountPath}/job/${jobId}`]: answer(200, { jobStatus: 'COMPLETED' }) });
    await Promise.all(Array.from({ length: 100 }, () => [accounts.read(merchantId, connectionId), jobs.readState(merchantId, connectionId, jobId)]).flat());
    expect(upstream.count(syncToken)).toBe(1);
    expect(upstream.count(accountPath)).toBe(100);
  });

  it.each([['text', '1800'], ['a number', 1800], ['a number with places', '1800.0'], ['nothing', undefined]])('lives 25 minutes and more when its TTL is %s, and is renewed before its end', async (_form, TTL) => {
    const clock = new HandClock();
    const { accounts, upstream } = await adaptersBefore({ [accountPath]: account, [syncToken]: answer(200, { TTL, token: 't' }) }, { clock });
    await accounts.read(merchantId, connectionId);
    clock.pass(25 * 60);
    await accounts.read(merchantId, connectionId);
    expect(upstream.count(syncToken)).toBe(1);
    clock.pass(4 * 60);
    await accounts.read(merchantId, connectionId);
    expect(upstream.count(syncToken)).toBe(2);
  });

  it('of a short life is used for the most of it', async () => {
    const clock = new HandClock();
    const { accounts, upstream } = await adaptersBefore({ [accountPath]: account, [syncToken]: answer(200, { TTL: '60', token: 't' }) }, { clock });
    await accounts.read(merchantId, connectionId);
    clock.pass(50);
    await accounts.read(merchantId, connectionId);
    expect(upstream.count(syncToken)).toBe(1);
    clock.pass(5);
    await accounts.read(merchantId, connectionId);
    expect(upstream.count(syncToken)).toBe(2);
  });

  it('is never shared between merchants, even with the same credentials', async () => {
    const { accounts, upstream } = await adaptersBefore({ [accountPath]: account, [syncToken]: numbered('t') });
    await Promise.all([accounts.read('mer_1', connectionId), accounts.read('mer_2', connectionId)]);
    const sent = upstream.seen.filter(({ path }) => path === accountPath).map(({ headers }) => headers.authorization);
    expect(sent.toSorted()).toEqual(['Bearer t-1', 'Bearer t-2']);
  });

  it('goes with the credentials it was minted with', async () => {
    let current = credentials;
    const { accounts, upstream } = await adaptersBefore({ [accountPath]: account, [syncToken]: numbered('t') }, { credentials: async () => current });
    await accounts.read(merchantId, connectionId);
    current = rotated;
    await accounts.read(merchantId, connectionId);
    expect(upstream.count(syncToken)).toBe(2);
  });

  it('with a character that no header can carry is refused without being quoted', async () => {
    const { accounts } = await adaptersBefore({ [syncToken]: answer(200, { TTL: '1800', token: 'canary\nx' }) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toThrow(/^Aerosync token: the reply differs at token$/);
  });
});

describe('waiting for a token that others wait for', () => {
  it("ends with one's own deadline, not with theirs", async () => {
    const deadline = new AbortController();
    const waiting = beforeDeadline('a call', new Promise(() => undefined), deadline.signal);
    deadline.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'UpstreamUnavailable', message: 'a call: no time left' });
    await expect(beforeDeadline('a call', new Promise(() => undefined), AbortSignal.abort())).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
  });

  it('hands on what they get, good or bad', async () => {
    const { signal } = new AbortController();
    expect(await beforeDeadline('a call', Promise.resolve('token'), signal)).toBe('token');
    await expect(beforeDeadline('a call', Promise.reject(new Error('refused')), signal)).rejects.toThrow('refused');
  });
});

describe('a refused token', () => {
  it('is refreshed once, and the create is sent again', async () => {
    const path = `${accountPath}/refresh`;
    const { jobs, upstream } = await adaptersBefore({ [path]: inTurn(expired, answer(200, { jobId })), [syncToken]: numbered('t') });
    expect(await jobs.create(merchantId, connectionId, 'balance', null)).toEqual({ upstreamJobId: jobId });
    expect(upstream.seen.filter((one) => one.path === path).map(({ headers }) => headers.authorization)).toEqual(['Bearer t-1', 'Bearer t-2']);
  });

  it('is refreshed once for 50 calls that are refused at once', async () => {
    const { accounts, upstream } = await adaptersBefore({
      [accountPath]: (seen, response) => (seen.headers.authorization === 'Bearer t-1' ? expired : account)(seen, response),
      [syncToken]: numbered('t'),
    });
    await Promise.all(Array.from({ length: 50 }, () => accounts.read(merchantId, connectionId)));
    expect(upstream.count(syncToken)).toBe(2);
  });

  it('that stays refused after one refresh means wrong credentials', async () => {
    const { accounts, upstream } = await adaptersBefore({ [accountPath]: expired, [syncToken]: numbered('t') });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'CredentialsRejected' });
    expect(upstream.count(accountPath)).toBe(2);
    expect(upstream.count(syncToken)).toBe(2);
  });

  it('leaves a create surely not accepted when the credentials cannot be read', async () => {
    const path = `${accountPath}/refresh`;
    const { jobs, upstream } = await adaptersBefore({ [path]: answer(200, {}) }, { credentials: () => Promise.reject(new Error('Secrets Manager stalls')) });
    await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toMatchObject({ code: 'Internal', details: { surelyNotAccepted: true } });
    expect(upstream.count(path)).toBe(0);
  });

  it('leaves a create surely not accepted when the refresh fails', async () => {
    const path = `${accountPath}/refresh`;
    const { jobs, upstream } = await adaptersBefore({ [path]: expired, [syncToken]: inTurn(answer(200, { TTL: '1800', token: 't' }), answer(502, {})) });
    await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
    expect(upstream.count(path)).toBe(1);
  });

  it.each(['AP004', 'AP007', 'AP008', 'AP101'])('of Aeropay, by %s, is refreshed once', async (code) => {
    const { aeropay, upstream } = await adaptersBefore({
      '/aeropay/v2/user': inTurn(answer(401, { error: { code, message: 'x' } }), answer(200, { user: { id: uuid }, mfaType: null })),
      [payToken]: numbered('t', 1800),
    });
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ aeroPassUserUuid: uuid });
    expect(upstream.count(payToken)).toBe(2);
  });

  it('without any code, by a bare 401, is refreshed once', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/confirmUser': inTurn(answer(401, ''), answer(200, { user: { id: uuid } })) });
    expect(await aeropay.confirm(merchantId, person, '1234')).toEqual({ aeroPassUserUuid: uuid });
    expect(upstream.count(payToken)).toBe(2);
  });

  it('gives up within the time of the whole call', async () => {
    const { accounts } = await adaptersBefore({ [accountPath]: inTurn(expired, () => undefined) }, { timeoutMs: 200 });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
  });
});

describe('refused credentials', () => {
  /** Credentials as the secrets adapter hands them out: those that are stored, once the old ones were refused. */
  function secret(stored: UpstreamCredentials) {
    const asked: (UpstreamCredentials | undefined)[] = [];
    let cached = credentials;
    return {
      asked,
      credentials: async (_merchantId: string, refused?: UpstreamCredentials) => {
        asked.push(refused);
        if (refused !== undefined) cached = stored;
        return cached;
      },
    };
  }
  const onlyNew = (code: string, status: number): Respond => (seen, response) => {
    const isNew = JSON.stringify(seen.body).includes('new-');
    (isNew ? answer(200, { TTL: 1800, token: 'new' }) : answer(status, { error: { code, message: 'invalid' } }))(seen, response);
  };

  it.each([['AC-101', 401], ['AC-001', 403]])('of Aerosync, by %s, are read again and tried once more', async (code, status) => {
    const { credentials: source, asked } = secret(rotated);
    const { accounts, upstream } = await adaptersBefore({ [accountPath]: account, [syncToken]: onlyNew(code, status) }, { credentials: source });
    expect((await accounts.read(merchantId, connectionId)).connection.status).toBe('connected');
    expect(upstream.count(syncToken)).toBe(2);
    expect(asked.filter((refused) => refused !== undefined)).toEqual([credentials]);
  });

  it.each([['AP002', 400], ['AP002', 200], ['AP002', 401], ['AC-101', 401]])('of Aeropay, by %s with HTTP %i, are read again and tried once more', async (code, status) => {
    const { aeropay, upstream } = await adaptersBefore(
      { '/aeropay/v2/user': answer(200, { user: { id: uuid } }), [payToken]: onlyNew(code, status) },
      { credentials: secret(rotated).credentials },
    );
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ aeroPassUserUuid: uuid });
    expect(upstream.count(payToken)).toBe(2);
  });

  it('of a widget token are read again and tried once more', async () => {
    const { widget, upstream } = await adaptersBefore({ '/aerosync/v2/token_widget': onlyNew('AC-101', 401) }, { credentials: secret(rotated).credentials });
    expect(await widget.mintToken(merchantId, person)).toMatchObject({ token: 'new' });
    expect(upstream.count('/aerosync/v2/token_widget')).toBe(2);
  });

  it('that were not rotated are not tried again', async () => {
    const { aeropay, upstream } = await adaptersBefore({ [payToken]: onlyNew('AP002', 400) }, { credentials: secret(credentials).credentials });
    await expect(aeropay.create(merchantId, jane)).rejects.toMatchObject({ code: 'CredentialsRejected', details: { upstreamCode: 'AP002' } });
    expect(upstream.count(payToken)).toBe(1);
    expect(upstream.count('/aeropay/v2/user')).toBe(0);
  });

  it('that are refused after a rotation too are reported, not tried for ever', async () => {
    const refusing = answer(401, { error: { code: 'AC-101', message: 'x' } });
    const { accounts, upstream } = await adaptersBefore({ [syncToken]: refusing }, { credentials: secret(rotated).credentials });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'CredentialsRejected', details: { upstreamCode: 'AC-101' } });
    expect(upstream.count(syncToken)).toBe(2);
  });

  it('never stand in the message', async () => {
    const { accounts } = await adaptersBefore({ [syncToken]: answer(401, { error: { code: 'AC-101', message: 'sync-secret' } }) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toThrow(/^(?!.*sync-secret)/);
  });
});
