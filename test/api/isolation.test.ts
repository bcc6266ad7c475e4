import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes, fillPath, routeExamples, type RouteExample } from '../support/route-examples.ts';
import { aConnectionId, completedJobs, createUser, linkBank, pausedJob } from '../support/api-world.ts';
import { startApi, type ApiReply, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let owner: TestMerchant;
let stranger: TestMerchant;
let examples: ReadonlyMap<string, RouteExample>;

beforeAll(async () => {
  api = await startApi();
  owner = await api.newMerchant();
  stranger = await api.newMerchant();
  examples = await routeExamples(api, owner);
  await linkBank(api, stranger);
});
afterAll(() => api.stop());

const withId = apiRoutes.filter(({ path }) => path.includes('{')).map((route) => ({ route, name: `${route.method} ${route.path}` }));

/** Each id of the same kind, but of nothing. */
const unknown: Readonly<Record<string, string>> = { userId: 'usr_00000000000000000000000000000000', connectionId: '0'.repeat(32), jobId: 'job_00000000000000000000000000000000' };

/** All that a caller can see, save the name of the request itself. */
function visible({ status, headers, body }: ApiReply) {
  return { status, headers: { ...headers, 'x-request-id': '' }, body: { ...body, requestId: '' } };
}

describe("another merchant's id", () => {
  it.each(withId)('answers on $name exactly as an id that does not exist, and changes nothing', async ({ route }) => {
    const example = examples.get(route.name);
    if (example === undefined) throw new Error(`no example of ${route.name}`);
    api.upstream.calls.length = 0;
    const before = await api.stored();
    const call = (params: Readonly<Record<string, string>>) => api.call(route.method, fillPath(route.path, params), { key: stranger.key, body: example.body });
    const theirs = await call(example.params);
    const nobodys = await call(unknown);
    expect(theirs).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(visible(theirs)).toEqual(visible(nobodys));
    expect(await api.stored()).toBe(before);
    expect([...api.upstream.calls, ...api.endedWaits]).toEqual([]);
  });

  it('answers in a body exactly as an id that does not exist', async () => {
    const { connectionId } = await linkBank(api, owner);
    const jobId = await pausedJob(api, owner, connectionId);
    const user = await createUser(api, stranger);
    const mint = (body: unknown) => api.call('POST', `/v1/users/${String(user['id'])}/widget-tokens`, { key: stranger.key, body });
    for (const [theirs, nobodys] of [
      [{ purpose: 'mfa', jobId }, { purpose: 'mfa', jobId: unknown['jobId'] }],
      [{ purpose: 'reconnect', connectionId }, { purpose: 'reconnect', connectionId: unknown['connectionId'] }],
    ]) {
      const reply = await mint(theirs);
      expect(reply.status).toBe(404);
      expect(visible(reply)).toEqual(visible(await mint(nobodys)));
    }
  });

  it('finds nothing as a filter', async () => {
    const { user, connectionId } = await linkBank(api, owner);
    await pausedJob(api, owner, connectionId);
    const list = async (path: string, query: Record<string, string>) => (await api.call('GET', path, { key: stranger.key, query })).body;
    expect(await list('/v1/connections', { userId: String(user['id']) })).toEqual({ items: [], nextCursor: null });
    expect(await list('/v1/jobs', { userId: String(user['id']) })).toEqual({ items: [], nextCursor: null });
    expect(await list('/v1/users', { externalId: String(user['externalId']) })).toEqual({ items: [], nextCursor: null });
  });

  it('is good for no cursor: one of another merchant is refused on every list', async () => {
    for (const merchant of [owner, owner, stranger]) await completedJobs(api, merchant, (await linkBank(api, merchant)).connectionId);
    for (const path of ['/v1/users', '/v1/connections', '/v1/jobs']) {
      const list = (key: string, query: Record<string, string>) => api.call('GET', path, { key, query: { ...query, limit: '1' } });
      const cursor = String((await list(owner.key, {})).body['nextCursor']);
      expect(await list(owner.key, { cursor })).toMatchObject({ status: 200 });
      expect(await list(stranger.key, { cursor })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'cursor' }] } });
    }
  });

  it('is never in a list', async () => {
    const { user, connectionId } = await linkBank(api, owner);
    const done = await completedJobs(api, owner, connectionId);
    const lists = await Promise.all(['/v1/users', '/v1/connections', '/v1/jobs'].map((path) => api.call('GET', path, { key: stranger.key, query: { limit: '500' } })));
    for (const id of [String(user['id']), connectionId, ...Object.values(done)]) expect(JSON.stringify(lists)).not.toContain(id);
  });

  it('does not keep two merchants from linking a connection of the same id', async () => {
    const connectionId = aConnectionId();
    for (const merchant of [owner, stranger]) {
      const user = await createUser(api, merchant);
      expect(await api.call('POST', `/v1/users/${String(user['id'])}/connections`, { key: merchant.key, body: { connectionId } })).toMatchObject({ status: 201 });
    }
  });
});
