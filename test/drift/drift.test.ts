/**
 * Pins: the comparison sees what differs in shape, sees nothing where nothing does, and never shows a value. The live side is a second simulator.
 * Left out: the live sandbox itself, which only `npm run drift` with credentials calls.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { differenceTable } from '../../scripts/drift/difference-table.ts';
import { findDrift } from '../../scripts/drift/find-drift.ts';
import { readSandbox } from '../../scripts/drift/read-sandbox.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/start-simulator.ts';

const merchant = { name: 'live', aeropay: { apiKey: 'live-aeropay-key', apiSecret: 'live-aeropay-secret', merchantId: '77' }, aerosync: { apiKey: 'live-aerosync-key', apiSecret: 'live-aerosync-secret' } };
const options = { sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)), lookEveryMs: 0 };

async function liveSide(contradictions: NonNullable<SimulatorOptions['contradictions']> = {}): Promise<{ simulator: Simulator; env: Record<string, string> }> {
  const simulator = await startSimulator({ merchants: [merchant], contradictions });
  onTestFinished(() => simulator.close());
  const env = {
    AEROPAY_BASE_URL: simulator.aeropayUrl, AEROPAY_API_KEY: merchant.aeropay.apiKey, AEROPAY_API_SECRET: merchant.aeropay.apiSecret, AEROPAY_MERCHANT_ID: merchant.aeropay.merchantId,
    AEROSYNC_BASE_URL: simulator.aerosyncUrl, AEROSYNC_API_KEY: merchant.aerosync.apiKey, AEROSYNC_API_SECRET: merchant.aerosync.apiSecret,
  };
  return { simulator, env };
}

/** A bank that somebody linked at the live side, whose jobs end at once. */
async function linkedBank({ url, aeropayUrl }: Simulator, over: object = {}): Promise<string> {
  const post = async (to: string, body: object, headers: Record<string, string> = {}): Promise<unknown> =>
    (await fetch(to, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })).json();
  const { apiKey, apiSecret, merchantId: id } = merchant.aeropay;
  const { token } = z.object({ token: z.string() }).parse(await post(`${aeropayUrl}/v2/token`, { scope: 'merchant', apiKey, apiSecret, id }));
  const { user } = z.object({ user: z.object({ id: z.string() }) }).parse(await post(`${aeropayUrl}/v2/user`, { firstName: 'Joe', lastName: 'Doe', phoneNumber: '+12025550166', email: 'joe@example.com' }, { authorization: `Bearer ${token}` }));
  const { connectionId } = z.object({ connectionId: z.string() }).parse(await post(`${url}/sim/connections`, { scenario: 'default', jobSeconds: 0, aeroPassUserUuid: user.id, ...over }));
  return connectionId;
}

function sandboxIn(env: Record<string, string>) {
  const sandbox = readSandbox(env);
  if ('missing' in sandbox) throw new Error(`missing ${sandbox.missing.join()}`);
  return sandbox;
}

describe('the drift between the simulator and the live sandbox', () => {
  it('is none where both are alike, in every call that needs no bank and every call that does', async () => {
    const { simulator, env } = await liveSide();

    const without = await findDrift(sandboxIn(env), options);
    const withBank = await findDrift(sandboxIn({ ...env, AEROSYNC_CONNECTION_ID: await linkedBank(simulator) }), options);

    expect([...without.differences, ...withBank.differences]).toEqual([]);
    expect(without.calls).toBeGreaterThan(20);
    expect(withBank.calls).toBeGreaterThanOrEqual(without.calls + 10);
  });

  it.each([
    ['the status of a refused secret', 5, 'B', 'v2, wrong secret: POST /v2/token', '(HTTP status)', '400', '401'],
    ['the code of a refused secret', 5, 'D', 'v2, wrong secret: POST /v2/token', 'error.code', 'code AP002', 'code AC-101'],
    ['a field of a reply that has another name', 7, 'A', 'v2, right code: POST /v2/confirmUser', 'user.phone', 'absent', 'text'],
    ['the type of a number', 26, 'B', 'v2, profile: POST /v2/token', 'TTL', 'number', 'digits'],
    ['a call that has to be made in another form', 2, 'A', 'v2, known person: POST /v2/user (2)', '(call)', 'not reached', 'made'],
    ['the way in which an id is written', 29, 'B', 'balance data: GET /v2/accounts/{id}/balance', 'account.connectionId', 'hex id', 'UUID'],
    ['the key of a new job', 13, 'C', 'balance job: POST /v2/accounts/{id}/refresh', 'identityStatus', 'text', 'absent'],
  ] as const)('shows %s (contradiction %i on side %s)', async (_what, number, side, call, path, simulator, live) => {
    const { simulator: other, env } = await liveSide({ [number]: side });
    const connectionId = await linkedBank(other).catch(() => undefined);

    const { differences } = await findDrift(sandboxIn({ ...env, ...(connectionId !== undefined && { AEROSYNC_CONNECTION_ID: connectionId }) }), options);

    expect(differences).toContainEqual({ call, path, simulator, live });
  });

  it('is printed as a table of paths and types, without a value of either side', async () => {
    const { simulator, env } = await liveSide({ 4: 'A', 26: 'B' });
    const connectionId = await linkedBank(simulator);

    const { differences } = await findDrift(sandboxIn({ ...env, AEROSYNC_CONNECTION_ID: connectionId }), options);
    const table = differenceTable(differences);

    expect(table.split('\n')[0]).toMatch(/^CALL +PATH +SIMULATOR +LIVE$/);
    expect(table).toMatch(/^v2, profile: GET \/v2\/user +user\.aeroPassUserUuid +absent +UUID$/m);
    expect(table).not.toMatch(new RegExp(`${connectionId}|Jane|Doe|example\\.com|5550142|secret-|-key|eyJ`));
  });

  it('shows every call that got no reply', async () => {
    const { simulator, env } = await liveSide();
    await simulator.close();
    const { differences } = await findDrift(sandboxIn(env), options);
    expect(differences).toContainEqual({ call: 'wrong secret: POST /v2/token', path: '(HTTP status)', simulator: '401', live: 'no reply' });
  });
});

describe('the command', () => {
  const run = (env: Record<string, string>) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/drift.ts'], { encoding: 'utf8', env });
    return { status, said: `${stdout}${stderr}`.trim().split('\n') };
  };

  it('says in one sentence which credentials it lacks, and ends well', () => {
    expect(run({ AEROPAY_API_KEY: 'x', AEROSYNC_API_KEY: '' })).toEqual({
      status: 0,
      said: ['Nothing was compared: set AEROPAY_API_SECRET, AEROPAY_MERCHANT_ID, AEROSYNC_API_KEY, AEROSYNC_API_SECRET to compare the simulator with the live sandbox.'],
    });
  });

  it('refuses production in one sentence, which does not repeat what it was given', async () => {
    const { env } = await liveSide();
    const { status, said } = run({ ...env, AEROPAY_BASE_URL: 'https://api.aeropay.com/v2' });
    expect(status).toBe(1);
    expect(said).toEqual([expect.stringMatching(/^The comparison could not be made: AEROPAY_BASE_URL: that is production/)]);
  });
});
