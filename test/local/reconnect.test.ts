import { describe, expect, it } from 'vitest';
import type { Connection, WidgetToken } from '../support/api-shapes.ts';
import { AtTheWidget } from './at-the-widget.ts';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aUser } from './people.ts';
import { changedRows, readRows } from './tables.ts';

const deployment = testEnvironment();
const account = 'aerosync GET /v2/accounts/:connectionId';

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);

  /** Signs in at a bank in the widget, as a user whose name chooses the scenario, and saves what the widget hands over. */
  async function linkedInTheWidget(user: string): Promise<Connection> {
    const { api, endpoints } = environment();
    const { id } = await aUser(api);
    const widget = new AtTheWidget(endpoints.simulatorUrl);
    await widget.open((await api.widgetToken(id, { purpose: 'link' })).body.widget);
    await widget.choose('aerobank_nonoauth');
    expect(await widget.submit({ user, password: 'x' })).toBe('success');
    const [connection] = (await api.saveConnections(id, widget.onSuccess())).body.items;
    if (connection === undefined) throw new Error('no connection was saved');
    return connection;
  }
  /** The person signs in again in the widget that opens for a reconnect; answers the payload of `onSuccess`. */
  async function signInAgain({ userId, id }: Connection, user: string, password: string): Promise<unknown> {
    const { api, endpoints } = environment();
    const widget = new AtTheWidget(endpoints.simulatorUrl);
    expect(await widget.open((await api.widgetToken(userId, { purpose: 'reconnect', connectionId: id })).body.widget)).toBe('credentials');
    expect(await widget.submit({ user, password })).toBe('success');
    return widget.onSuccess();
  }
  const refusedStart = (id: string) => environment().api.refused('UserActionRequired', 'POST', `/v1/connections/${id}/jobs`, { body: { type: 'balance' } });

  describe('reconnecting', () => {
    it.each([['expired_consent', 'reconnect_required'], ['revoked', 'revoked']])('in the widget renews a connection that is %s: saved again it is connected under the same id, and its jobs run', async (scenario, status) => {
      const { api } = environment();
      const broken = await linkedInTheWidget(scenario);
      expect(broken.status).toBe(status);
      expect(await refusedStart(broken.id)).toMatchObject({ nextAction: 'reconnect' });

      const saved = await api.saveConnections(broken.userId, await signInAgain(broken, 'sync', 'no_mfa'));

      expect(saved.status).toBe(200);
      expect(saved.body.items).toMatchObject([{ id: broken.id, userId: broken.userId, status: 'connected', createdAt: broken.createdAt }]);
      expect((await api.getConnection(broken.id)).body).toEqual(saved.body.items[0]);
      expect((await api.follow((await api.startJob(broken.id, { type: 'balance' })).body.id)).status).toBe('completed');
    });

    it('to another account of the bank yields a new connection, and the old one keeps its mark', async () => {
      const { api } = environment();
      const broken = await linkedInTheWidget('expired_consent');

      const saved = await api.saveConnections(broken.userId, await signInAgain(broken, 'other_account', 'x'));

      expect(saved.status).toBe(201);
      expect(saved.body.items[0]?.id).not.toBe(broken.id);
      expect(saved.body.items[0]?.status).toBe('connected');
      expect((await api.getConnection(broken.id)).body.status).toBe('reconnect_required');
      await refusedStart(broken.id);
    });

    it('clears the mark that a job or a delivery has set, too', async () => {
      const { api, simulator } = environment();
      const [expired, revoked] = [await linkedInTheWidget('default'), await linkedInTheWidget('default')];
      await simulator.expire(expired.id);
      expect(await api.follow((await api.startJob(expired.id, { type: 'balance' })).body.id)).toMatchObject({ status: 'failed', error: { nextAction: 'reconnect' } });
      await simulator.revoke(revoked.id);
      await expect.poll(async () => (await api.getConnection(revoked.id)).body.status, { timeout: 10_000 }).toBe('revoked');

      for (const broken of [expired, revoked]) {
        const saved = await api.saveConnections(broken.userId, await signInAgain(broken, 'sync', 'no_mfa'));
        expect([saved.status, saved.body.items[0]?.id, saved.body.items[0]?.status]).toEqual([200, broken.id, 'connected']);
      }
    });
  });

  describe('POST /v1/connections/{connectionId}/check', () => {
    it('reads a connection again: what broke at the bank is seen, and what was renewed there too, without a save', async () => {
      const { api, simulator } = environment();
      const connection = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
      const dashed = connection.id.toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

      const healthy = await api.checkConnection(connection.id);
      await simulator.expire(connection.id);
      const broken = await api.checkConnection(dashed);
      await refusedStart(connection.id);
      await simulator.reconnect(connection.id);
      const renewed = await api.checkConnection(connection.id);

      expect(healthy.body).toEqual({ ...connection, checkedAt: healthy.body.checkedAt });
      expect(Date.parse(healthy.body.checkedAt ?? '')).toBeGreaterThan(Date.parse(connection.checkedAt ?? ''));
      expect(broken.body).toMatchObject({ id: connection.id, status: 'reconnect_required', createdAt: connection.createdAt });
      expect(renewed.body).toMatchObject({ id: connection.id, status: 'connected', createdAt: connection.createdAt });
      expect((await api.getConnection(connection.id)).body).toEqual(renewed.body);
      expect((await api.follow((await api.startJob(connection.id, { type: 'identity' })).body.id)).status).toBe('completed');
    });

    it('says when upstream cannot be read or does not know the connection, and leaves it as it was', async () => {
      const { api, simulator } = environment();
      const connection = await aConnection(api, simulator, { scenario: 'default' });

      await simulator.fault(account, { fault: 'status', status: 503, count: 50 });
      await api.refused('UpstreamUnavailable', 'POST', `/v1/connections/${connection.id}/check`, { idempotencyKey: `check-${connection.id}` });
      await simulator.clearFaults();
      // Asked under both forms of the id.
      await simulator.fault(account, { fault: 'status', status: 404, code: 'AC-102', count: 2 });
      expect(await api.refused('NotFound', 'POST', `/v1/connections/${connection.id}/check`)).toMatchObject({ upstreamCode: 'AC-102' });

      expect((await api.getConnection(connection.id)).body).toEqual(connection);
      const checked = await api.checkConnection(connection.id, { idempotencyKey: `check-${connection.id}` });
      const repeat = await api.checkConnection(connection.id, { idempotencyKey: `check-${connection.id}` });
      expect(checked.headers.get('idempotent-replayed')).toBeNull();
      expect([repeat.body, repeat.headers.get('idempotent-replayed')]).toEqual([checked.body, 'true']);
    });

    it('takes no body, or an empty object, and finds nothing under an unknown id', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default' });

      expect((await api.send('POST', `/v1/connections/${id}/check`, { body: {} })).status).toBe(200);
      expect((await api.refused('InvalidRequest', 'POST', `/v1/connections/${id}/check`, { body: { force: true } })).errors).toMatchObject([{ path: 'force' }]);
      const before = await readRows(environment());
      for (const unknown of ['0'.repeat(32), 'x']) await api.refused('NotFound', 'POST', `/v1/connections/${unknown}/check`);
      expect(changedRows(before, await readRows(environment()))).toEqual([]);
    });
  });

  describe('a widget token', () => {
    const deeplink = 'aerobridge-demo://bank-linked';
    const widgetKeys = ({ widget }: WidgetToken) => Object.keys(widget).sort();

    it.each([
      [undefined, undefined], ['web', undefined],
      ['ios', 'systemBrowser'], ['android', 'systemBrowser'], ['react_native', 'systemBrowser'], ['flutter', 'systemBrowser'],
    ])('for the platform %s has the launch type %s, and nothing that was not asked for', async (platform, widgetLaunchType) => {
      const { api } = environment();
      const user = await aUser(api);

      const { body } = await api.widgetToken(user.id, { purpose: 'link', ...(platform !== undefined && { platform }) });

      expect(body.widget.widgetLaunchType).toBe(widgetLaunchType);
      expect(widgetKeys(body)).toEqual(['aeroPassUserUuid', 'environment', 'handleMFA', 'token', ...(widgetLaunchType === undefined ? [] : ['widgetLaunchType'])]);
      expect(body).toMatchObject({ purpose: 'link', widget: { token: body.token, environment: 'sandbox', aeroPassUserUuid: user.aeroPassUserUuid, handleMFA: false } });
    });

    it('returns to a deep link of the merchant for every purpose, and to no other', async () => {
      const { api, simulator } = environment();
      const connection = await aConnection(api, simulator, { scenario: 'mfa', jobSeconds: 0.1 });
      const paused = await api.follow((await api.startJob(connection.id, { type: 'balance' })).body.id);
      const asked = [{ purpose: 'link' }, { purpose: 'reconnect', connectionId: connection.id }, { purpose: 'mfa', jobId: paused.id }] as const;

      for (const body of asked) {
        expect((await api.widgetToken(connection.userId, { ...body, deeplink })).body.widget.deeplink).toBe(deeplink);
        const refused = await api.refused('InvalidRequest', 'POST', `/v1/users/${connection.userId}/widget-tokens`, { body: { ...body, deeplink: `${deeplink}?a=1` } });
        expect(refused.errors).toMatchObject([{ path: 'deeplink' }]);
        expect(JSON.stringify(refused)).not.toContain(deeplink);
      }
    });

    it("for another person's connection, or another's job, is not found", async () => {
      const { api, simulator } = environment();
      const connection = await aConnection(api, simulator, { scenario: 'mfa', jobSeconds: 0.1 });
      const paused = await api.follow((await api.startJob(connection.id, { type: 'balance' })).body.id);
      const other = await aUser(api);

      for (const body of [{ purpose: 'reconnect', connectionId: connection.id }, { purpose: 'mfa', jobId: paused.id }]) {
        expect(await api.refused('NotFound', 'POST', `/v1/users/${other.id}/widget-tokens`, { body })).toMatchObject({ nextAction: 'fix_request' });
      }
    });
  });

  describe("an error of the widget's onError", () => {
    it.each([
      ['server_error', 'UpstreamUnavailable', 'retry_later', 'AR-500'],
      ['polling_timeout', 'MfaExpired', 'start_again', 'AR-100'],
      ['no_accounts', 'NotAvailable', 'choose_another_account', 'AC-204'],
      ['bank_failed', 'UpstreamUnavailable', 'retry_later', 'AC-103'],
      ['degenerate_error', 'UpstreamUnavailable', 'retry_later', 'AC-500'],
    ])('as the widget tells it for %s is explained as %s', async (user, code, nextAction, upstreamCode) => {
      const { api, endpoints } = environment();
      const { id } = await aUser(api);
      const widget = new AtTheWidget(endpoints.simulatorUrl);
      await widget.open((await api.widgetToken(id, { purpose: 'link' })).body.widget);
      await widget.choose('aerobank_nonoauth');
      expect(await widget.submit({ user, password: 'x' })).toBe('error');

      expect((await api.explainError(widget.onError())).body).toEqual({ code, nextAction, upstreamCode, userMessage: expect.stringMatching(/^[A-Z].*\.$/) as string });
    });
  });
});
