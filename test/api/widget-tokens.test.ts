import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createUser, linkBank, pausedJob, startJob } from '../support/api-world.ts';
import { networkUser, refusing, silence } from '../support/fake-upstream.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;
const allowed = 'shop://bank-linked';

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant({ deeplinks: [allowed], configurationId: 'configuration-1' });
  api.upstream.reset();
});

const mint = (userId: unknown, body: unknown, key = merchant.key) => api.call('POST', `/v1/users/${String(userId)}/widget-tokens`, { key, body });

/** Sends a request that must be refused with nothing stored and nothing asked upstream. */
async function refused(userId: unknown, body: unknown) {
  api.upstream.calls.length = 0;
  const before = await api.stored();
  const reply = await mint(userId, body);
  expect(api.upstream.calls).toEqual([]);
  expect(await api.stored()).toBe(before);
  return reply;
}

describe('POST /v1/users/{userId}/widget-tokens', () => {
  it('mints a token to link a bank, with the options that the web SDK takes', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerMint = async () => ({ token: 'widget-jwt', lifetimeSeconds: 1800, url: null });
    const reply = await mint(user['id'], { purpose: 'link' });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      token: 'widget-jwt',
      expiresAt: new Date(api.clock.now().getTime() + 1_800_000).toISOString(),
      purpose: 'link',
      url: null,
      widget: { token: 'widget-jwt', environment: 'sandbox', aeroPassUserUuid: String(user['aeroPassUserUuid']), configurationId: 'configuration-1', handleMFA: false },
    });
  });

  it('mints a fresh token at every call and stores none', async () => {
    const user = await createUser(api, merchant);
    const before = await api.stored();
    const tokens = [await mint(user['id'], { purpose: 'link' }), await mint(user['id'], { purpose: 'link' })].map(({ body }) => String(body['token']));
    expect(new Set(tokens).size).toBe(2);
    expect(await api.stored()).toBe(before);
    for (const token of tokens) expect(JSON.stringify(api.logLines)).not.toContain(token);
  });

  it('leaves branding out where the merchant has none', async () => {
    const plain = await api.newMerchant();
    const user = await createUser(api, plain);
    expect((await mint(user['id'], { purpose: 'link' }, plain.key)).body['widget']).not.toHaveProperty('configurationId');
  });

  it("opens the widget for a bank's question with upstream's ids", async () => {
    const { user, connectionId } = await linkBank(api, merchant);
    const jobId = await pausedJob(api, merchant, connectionId);
    const reply = await mint(user['id'], { purpose: 'mfa', jobId });
    expect(reply).toMatchObject({ status: 201, body: { purpose: 'mfa', widget: { handleMFA: true, jobId: 'REF-1', connectionId } } });
    expect(await mint(user['id'], { purpose: 'mfa', jobId, connectionId })).toMatchObject({ status: 201, body: { widget: { connectionId } } });
    expect(await refused(user['id'], { purpose: 'mfa', jobId, connectionId: '0'.repeat(32) })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'connectionId' }] } });
  });

  it.each(['queued', 'running', 'fetching', 'completed', 'failed', 'expired', 'canceled'] as const)('answers Conflict for a job that is %s', async (status) => {
    const { user, connectionId } = await linkBank(api, merchant);
    const job = await startJob(api, merchant, connectionId);
    await api.setJob({ merchantId: merchant.merchantId, jobId: String(job['id']) }, { status, upstreamJobId: 'REF-1' });
    expect(await refused(user['id'], { purpose: 'mfa', jobId: String(job['id']) })).toMatchObject({ status: 409, body: { code: 'Conflict' } });
  });

  it("answers NotFound for a job, and for a connection, that is another user's or unknown", async () => {
    const { connectionId } = await linkBank(api, merchant);
    const jobId = await pausedJob(api, merchant, connectionId);
    const stranger = await createUser(api, merchant);
    for (const body of [{ purpose: 'mfa', jobId }, { purpose: 'mfa', jobId: 'job_0' }, { purpose: 'reconnect', connectionId }, { purpose: 'reconnect', connectionId: '0'.repeat(32) }]) {
      expect(await refused(stranger['id'], body)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    }
  });

  it('opens the widget to reconnect a connection of that user, whichever way its id is written', async () => {
    const { user, connectionId } = await linkBank(api, merchant);
    for (const written of [connectionId, connectionId.toUpperCase(), connectionId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')]) {
      expect(await mint(user['id'], { purpose: 'reconnect', connectionId: written })).toMatchObject({ status: 201, body: { purpose: 'reconnect', widget: { handleMFA: false, connectionId } } });
    }
  });

  it('asks for the code first, before anything else is looked at', async () => {
    api.upstream.answerCreate = networkUser;
    const user = await createUser(api, merchant);
    for (const body of [{ purpose: 'link' }, { purpose: 'mfa', jobId: 'job_0' }, { purpose: 'link', deeplink: 'evil://' }]) {
      expect(await refused(user['id'], body)).toMatchObject({ status: 409, body: { code: 'VerificationRequired', nextAction: 'verify_user' } });
    }
  });

  it('lets the widget return only to a deep link on the allow-list', async () => {
    const user = await createUser(api, merchant);
    expect(await mint(user['id'], { purpose: 'link', platform: 'ios', deeplink: allowed })).toMatchObject({ status: 201, body: { widget: { deeplink: allowed, widgetLaunchType: 'systemBrowser' } } });
    for (const deeplink of [`${allowed}/more`, 'shop://', 'https://evil.example', allowed.toUpperCase()]) {
      const reply = await refused(user['id'], { purpose: 'link', deeplink });
      expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'deeplink' }] } });
      expect(JSON.stringify(reply.body)).not.toContain(deeplink);
    }
  });

  it.each([['web', undefined], [undefined, undefined], ['ios', 'systemBrowser'], ['android', 'systemBrowser'], ['react_native', 'systemBrowser'], ['flutter', 'systemBrowser']])(
    'for the platform %s lets the launch type be %s',
    async (platform, launchType) => {
      const user = await createUser(api, merchant);
      const { body } = await mint(user['id'], { purpose: 'link', platform });
      expect((body['widget'] as Record<string, unknown>)['widgetLaunchType']).toBe(launchType);
    },
  );

  it.each([
    [{ purpose: 'mfa' }, ['jobId']],
    [{ purpose: 'reconnect' }, ['connectionId']],
    [{ purpose: 'link', jobId: 'job_0' }, ['jobId']],
    [{ purpose: 'link', connectionId: '0'.repeat(32) }, ['connectionId']],
    [{ purpose: 'reconnect', connectionId: 'not-an-id' }, ['connectionId']],
    [{ purpose: 'pay' }, ['purpose']],
    [{ purpose: 'link', platform: 'windows' }, ['platform']],
    [{ purpose: 'link', deeplink: '' }, ['deeplink']],
    [{}, ['purpose']],
  ])('refuses %j, naming %j', async (body, paths) => {
    const user = await createUser(api, merchant);
    const reply = await refused(user['id'], body);
    expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: paths.map((path) => ({ path })) } });
  });

  it('passes on what upstream refuses with', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerMint = silence;
    expect(await mint(user['id'], { purpose: 'link' })).toMatchObject({ status: 503, body: { code: 'UpstreamUnavailable' } });
    api.upstream.answerMint = refusing('CredentialsRejected', { upstreamCode: 'AC-101' });
    expect(await mint(user['id'], { purpose: 'link' })).toMatchObject({ status: 502, body: { code: 'CredentialsRejected', upstreamCode: 'AC-101', nextAction: 'contact_support' } });
  });
});
