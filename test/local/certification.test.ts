/**
 * Pins: Aeropay's certification cases TC-01 to TC-09 (aerosync-api.md §8), gone through by aerobridge's API against the simulator, for a merchant on
 * Aeropay v2 and for one on v1.1 that takes payments. What upstream was asked and answered is read from the simulator's list of calls.
 * Left out: TC-10 to TC-30, whose text is not known; the screen recordings that the cases with a star ask for; the life of 1800 s itself, which
 * upstream's own clock ends (here every token is made to expire).
 */
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startSimulator } from '../../simulator/start-simulator.ts';
import type { Job } from '../support/api-shapes.ts';
import { AtTheWidget } from './at-the-widget.ts';
import { closeAfterAll, testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aPerson, aUser } from './people.ts';

const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const accountCall = 'aerosync GET /v2/accounts/:connectionId';
const aerosyncTokenCall = 'aerosync POST /v2/token';

const environment = testEnvironment();

const control = async (method: string, path: string, body?: object): Promise<unknown> => {
  const response = await fetch(`${environment().endpoints.simulatorUrl ?? ''}/sim${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  expect(response.status).toBeLessThan(300);
  return response.json();
};

/** What upstream was asked since the test began, in order: the call, the status and upstream's code. */
const asked = async () => {
  const { calls } = z.object({ calls: z.array(z.object({ call: z.string(), status: z.number(), code: z.string().nullable() })) }).parse(await control('GET', '/calls'));
  return calls.map(({ call, status, code }) => [call, status, code] as const);
};
const forget = () => control('DELETE', '/calls');
const expireTokens = () => control('POST', '/tokens/expire');

beforeEach(async () => {
  await forget();
  await environment().simulator.clearFaults();
});

describe.each(merchants)('a merchant on Aeropay $aeropay', (merchant) => {
  const { aeropay, name, calls: { token: tokenCall, createUser: createCall, widgetToken: widgetTokenCall } } = merchant;
  const its = asMerchant(environment, merchant);
  const itsApi = () => its().api;
  const widgetOf = () => new AtTheWidget(environment().endpoints.simulatorUrl);

  /** A person with a bank that was linked without a look at the widget. */
  const linked = () => aConnection(itsApi(), its().simulator, { scenario: 'default' });

  it('TC-01 is granted an Aeropay token, which creates a person and serves the next one too', async () => {
    await aUser(itsApi());
    await aUser(itsApi());

    const calls = await asked();
    expect(calls.filter(([call]) => call === createCall).map(([, status]) => status)).toEqual([200, 200]);
    // v1.1 also reads who the person is, with a token in the person's name.
    expect(calls.slice(0, 2)).toEqual([[tokenCall, 200, null], [createCall, 200, null]]);
    expect(calls.filter(([call]) => call === tokenCall)).toHaveLength(aeropay === 'v2' ? 1 : 1 + calls.filter(([call]) => call === 'aeropay GET /user').length);
  });

  it('TC-03 is granted an Aerosync token, which reads the account of a bank that was linked', async () => {
    const { id } = await linked();

    const calls = (await asked()).filter(([call]) => call.startsWith('aerosync'));

    expect(calls).toEqual([[aerosyncTokenCall, 200, null], [accountCall, 200, null]]);
    expect((await itsApi().getConnection(id)).body.status).toBe('connected');
  });

  it('TC-04 gets a widget token, a fresh one at each launch, for the person it has stored', async () => {
    const [jane, john] = [await aUser(itsApi()), await aUser(itsApi())];
    await forget();

    const launches = [(await itsApi().widgetToken(jane.id, { purpose: 'link' })).body, (await itsApi().widgetToken(jane.id, { purpose: 'link' })).body, (await itsApi().widgetToken(john.id, { purpose: 'link' })).body];

    expect((await asked()).filter(([call]) => call === widgetTokenCall)).toEqual(Array.from({ length: 3 }, () => [widgetTokenCall, 200, null]));
    expect(new Set(launches.map(({ token }) => token)).size).toBe(3);
    expect(launches.map(({ widget }) => widget.aeroPassUserUuid)).toEqual([jane.aeroPassUserUuid, jane.aeroPassUserUuid, john.aeroPassUserUuid]);
    for (const { token, widget, expiresAt } of launches) {
      expect(token).toMatch(jwt);
      expect(widget.token).toBe(token);
      expect(Math.abs(Date.parse(expiresAt) - Date.now() - 1_800_000)).toBeLessThan(30_000);
      expect(await widgetOf().open(widget)).toBe('select_bank');
    }
  });

  it('TC-05 replaces an expired Aerosync token by itself and repeats the call', async () => {
    const { id } = await linked();
    await itsApi().accountDetails(id);
    await expireTokens();
    await forget();

    const { status, body } = await itsApi().accountDetails(id);

    expect(status).toBe(200);
    expect(body.connectionId).toBe(id);
    expect(await asked()).toEqual([[accountCall, 403, 'AC-001'], [aerosyncTokenCall, 200, null], [accountCall, 200, null]]);
  });

  it('TC-06 never calls Aerosync without a token, and a refusal that stays is told after one refresh', async () => {
    const { simulator, endpoints } = environment();
    const { id } = await linked();
    const bare = await fetch(`${endpoints.simulatorUrl ?? ''}/aerosync/v2/accounts/${id}`);
    expect([bare.status, await bare.json()]).toMatchObject([403, { error: { code: 'AC-001' } }]);
    await itsApi().accountDetails(id);

    await simulator.fault(accountCall, { fault: 'status', status: 403, code: 'AC-001', count: 20 });
    await forget();
    const problem = await itsApi().refused('CredentialsRejected', 'GET', `/v1/connections/${id}/account`);

    expect(problem).toMatchObject({ upstreamCode: 'AC-001', nextAction: 'contact_support', retryable: false });
    expect((await asked()).map(([call, status]) => [call, status])).toEqual([[accountCall, 403], [aerosyncTokenCall, 200], [accountCall, 403]]);
  });

  it('TC-07 links a new person to Aerosync Bank (MFA) and stores the connection', async () => {
    const user = await aUser(itsApi());
    const widget = widgetOf();

    await widget.open((await itsApi().widgetToken(user.id, { purpose: 'link' })).body.widget);
    await widget.choose('aerosync_bank_mfa');
    expect(await widget.submit({ user: 'any', password: 'thing' })).toBe('question');
    expect(await widget.submit({ answer: 'anything' })).toBe('success');
    const saved = await itsApi().saveConnections(user.id, widget.onSuccess());

    expect(saved.status).toBe(201);
    const [connection] = saved.body.items;
    expect((await itsApi().getConnection(connection?.id ?? '')).body).toMatchObject({ id: connection?.id, userId: user.id, status: 'connected', institution: { name: 'Aerosync Bank (MFA)' } });
  });

  it("TC-08 links a returning person by OAuth: the bank's window opens, closes, and the connection is stored", async () => {
    const person = aPerson({ phoneNumber: name === 'one' ? '+14085550101' : '+14095550101' });
    const { body: created } = await itsApi().createUser(person);
    expect(created.status).toBe('verification_required');
    const { body: user } = await itsApi().verifyUser(created.id, '000000');
    const widget = widgetOf();

    await widget.open((await itsApi().widgetToken(user.id, { purpose: 'link', platform: 'web' })).body.widget);
    expect(await widget.choose('aerosync_bank_oauth')).toBe('external_window');
    expect(await widget.signInOutside('any', 'thing')).toBe('success');
    expect(widget.messages()).toContain('pageSuccess');
    const saved = await itsApi().saveConnections(user.id, widget.onSuccess());

    expect(saved.body.items).toMatchObject([{ userId: user.id, status: 'connected', institution: { name: 'Aerosync Bank (OAuth)' } }]);
    expect((await itsApi().createUser(person)).body).toEqual(user);
    expect((await asked()).filter(([call]) => call === createCall)).toHaveLength(1);
  });

  it('TC-09 links Aerosync Bank (MFA Trigger) over its question, and a job there over the next one', async () => {
    const user = await aUser(itsApi());
    const widget = widgetOf();

    await widget.open((await itsApi().widgetToken(user.id, { purpose: 'link' })).body.widget);
    await widget.choose('aerosync_bank_mfa_trigger');
    expect(await widget.submit({ user: 'mxuser', password: 'challenge' })).toBe('question');
    expect(await widget.submit({ answer: 'correct' })).toBe('success');
    const { body: saved } = await itsApi().saveConnections(user.id, widget.onSuccess());
    const connectionId = saved.items[0]?.id ?? '';

    const { body: started } = await itsApi().startJob(connectionId, { type: 'balance' });
    expect((await itsApi().follow(started.id)).status).toBe('awaiting_mfa');
    const { body: launch } = await itsApi().widgetToken(user.id, { purpose: 'mfa', jobId: started.id });
    expect(await widget.open(launch.widget)).toBe('question');
    expect(await widget.submit({ answer: 'correct' })).toBe('success');
    // Upstream's webhook may have told of the answer before the app does: then the job waits no longer.
    const resumed = await itsApi().send('POST', `/v1/jobs/${started.id}/resume`);
    expect([202, 409]).toContain(resumed.status);

    const ended: Job = await itsApi().follow(started.id);
    expect(ended).toMatchObject({ status: 'completed', attempts: 1, error: null });
    expect((await itsApi().balance(ended.resultUrl ?? '')).body.available?.amountMinor).toEqual(expect.any(Number));
  });
});

describe('with a wrong Aeropay secret', () => {
  const wrong = { aeropay: (id: string, merchantId: string) => ({ apiKey: `local-aeropay-key-${id}`, apiSecret: 'another-secret', merchantId }), aerosync: (id: string) => ({ apiKey: `local-aerosync-key-${id}`, apiSecret: `local-aerosync-secret-${id}` }) };
  const strict = testEnvironment(async () => {
    const simulator = await startSimulator({
      merchants: [
        { name: 'one', aeropay: wrong.aeropay('one', '1456'), aerosync: wrong.aerosync('one') },
        { name: 'three', aeropay: wrong.aeropay('three', '1458'), aerosync: wrong.aerosync('three') },
      ],
      contradictions: { 5: 'D' },
    });
    closeAfterAll(() => simulator.close());
    return { aeropayBaseUrl: simulator.aeropayUrl, aerosyncBaseUrl: simulator.aerosyncUrl };
  });

  const upstreamCodes = { 'v2': 'AC-101', 'v1.1': 'AP002' };

  it.each(merchants)('TC-02 is told that the credentials are wrong, and stores nobody, on Aeropay $aeropay', async (merchant) => {
    const { api } = asMerchant(strict, merchant)();
    const upstreamCode = upstreamCodes[merchant.aeropay];
    const person = aPerson();

    const problem = await api.refused('CredentialsRejected', 'POST', '/v1/users', { body: person });

    expect(problem).toMatchObject({ status: 502, upstreamCode, nextAction: 'contact_support', retryable: false });
    expect(JSON.stringify(problem)).not.toMatch(/secret-|aeropay-key/);
    expect((await api.listUsers({ externalId: person.externalId })).body.items).toEqual([]);
  });
});
