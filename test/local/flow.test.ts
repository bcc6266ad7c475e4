import { describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { inMinorUnits } from './in-minor-units.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aPerson } from './people.ts';
import { walkThrough } from './whole-flow.ts';

const deployment = testEnvironment();

/** What upstream tells of a code, and with a widget token. */
const toldOf = {
  'v2': { sent: { channel: 'sms', destination: '••••••0101' }, url: null },
  'v1.1': { sent: { channel: 'email', destination: expect.stringMatching(/^[^@]*\*+[^@]*@/) as string }, url: expect.any(String) as string },
};

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);
  const { sent, url } = toldOf[merchant.aeropay];

  describe('the integration flow against the simulator', () => {
    it('links a network user to a bank, runs each kind of job through a bank question, and reads the data', async () => {
      const { api, simulator } = environment();
      const person = aPerson({ phoneNumber: '+13125550101' });

      const flow = await walkThrough(api, person, {
        oneTimeCode: '000000',
        link: (aeroPassUserUuid) => simulator.link({ scenario: 'mfa', jobSeconds: 0.3, aeroPassUserUuid }),
        answer: (upstreamJobId) => simulator.answer(upstreamJobId),
      });

      expect(flow.created.status).toBe(201);
      expect(flow.created.body).toMatchObject({ ...person, status: 'verification_required', verification: sent });
      expect(flow.wrongCode).toMatchObject({ nextAction: 'verify_user', upstreamCode: 'AP111' });
      expect(flow.verified.body).toMatchObject({ id: flow.created.body.id, status: 'active', verification: null });
      const { aeroPassUserUuid } = flow.verified.body;
      expect(aeroPassUserUuid).toMatch(/^[0-9a-f-]{36}$/);
      expect(flow.linkToken).toMatchObject({ purpose: 'link', url, widget: { token: flow.linkToken.token, environment: 'sandbox', aeroPassUserUuid, handleMFA: false } });
      expect(flow.saved.status).toBe(201);
      expect(flow.connection).toMatchObject({ userId: flow.created.body.id, status: 'connected', upstreamStatus: 'CONNECTED', canFetchBalance: true, account: { type: 'checking' } });
      const expected = await simulator.expected(flow.connection.id);
      expect(flow.account.body).toMatchObject({ connectionId: flow.connection.id, accountNumber: expected.accountNumber, accountNumberType: 'Non-tokenized' });
      expect(flow.account.body.accountNumber).toContain(flow.connection.account.display);
      expect(flow.account.headers.get('cache-control')).toBe('no-store');
      flow.mfaTokens.forEach(({ widget }, index) => {
        expect(widget).toMatchObject({ handleMFA: true, jobId: flow.paused[index]?.upstreamJobId, connectionId: flow.connection.id, aeroPassUserUuid });
      });
      expect(new Set([flow.linkToken, ...flow.mfaTokens].map(({ token }) => token)).size).toBe(4);
      for (const job of flow.paused) expect(job.mfa).not.toBeNull();
      for (const job of flow.ended) {
        expect(job).toMatchObject({ status: 'completed', attempts: 1, mfa: null, error: null, resultUrl: `/v1/jobs/${job.id}/result`, reference: `flow ${job.type}`, retryOf: null });
        expect(Date.parse(job.resultExpiresAt ?? '') - Date.parse(job.completedAt ?? '')).toBe(7 * 86_400_000);
      }
      expect(await flow.readBalance()).toMatchObject({ connectionId: flow.connection.id, available: inMinorUnits(expected.balance.available), current: inMinorUnits(expected.balance.current) });
      expect((await flow.readTransactions()).items.map(({ id, date, amount }) => ({ id, day: date, ...amount }))).toEqual(
        expected.transactions.items.map(({ id, day, amount }) => ({ id, day, ...inMinorUnits(amount) })),
      );
      expect((await flow.readIdentity()).accountHolderName).toBeTruthy();
    });

    it('creates the person upstream once, and never again once stored', async () => {
      const { api, simulator } = environment();
      const person = aPerson();
      const created = await api.createUser(person);
      const before = await simulator.calls();

      const again = await api.createUser({ ...person, firstName: 'Janet', email: 'other@example.com' });

      expect([created.status, again.status]).toEqual([201, 200]);
      expect(again.body).toEqual(created.body);
      expect(await simulator.calls()).toEqual(before);
    });

    it('refuses a known external id with another phone, and the other way round, without telling who has it and without asking upstream', async () => {
      const { api, simulator } = environment();
      const person = aPerson();
      await api.createUser(person);
      const before = await simulator.calls();

      const otherPhone = await api.refused('Conflict', 'POST', '/v1/users', { body: { ...aPerson(), externalId: person.externalId } });
      const otherId = await api.refused('Conflict', 'POST', '/v1/users', { body: { ...aPerson(), phoneNumber: person.phoneNumber } });

      expect(JSON.stringify([otherPhone, otherId])).not.toMatch(/usr_|example\.com/);
      expect(await simulator.calls()).toEqual(before);
    });

    it('hands a used-up code over to a new one, and verifies an active person without asking upstream', async () => {
      const { api, simulator } = environment();
      const { body: user } = await api.createUser(aPerson({ phoneNumber: '+14155550102' }));
      expect(user.verification).toMatchObject({ channel: 'email' });
      const verification = `/v1/users/${user.id}/verification`;
      for (let tries = 1; tries <= 4; tries++) expect(await api.refused('VerificationFailed', 'POST', verification, { body: { code: '123123' } })).toMatchObject({ nextAction: 'verify_user' });
      expect(await api.refused('VerificationFailed', 'POST', verification, { body: { code: '123123' } })).toMatchObject({ nextAction: 'resend_code' });
      const before = await simulator.calls();
      expect(await api.refused('VerificationFailed', 'POST', verification, { body: { code: '000000' } })).toMatchObject({ nextAction: 'resend_code' });
      const { body: active } = await api.createUser(aPerson());
      const asked = await simulator.calls();
      expect((await api.verifyUser(active.id, '000000')).body).toEqual(active);
      expect((await simulator.calls()).total).toBe(asked.total);
      expect(asked.total).toBe(before.total + 1);
    });

    it.each([
      ['a landline', { phoneNumber: '+13125550198' }, 'InvalidRequest', 'AP115', ['phoneNumber']],
      ['a digit in a name', { firstName: 'J4ne' }, 'InvalidRequest', 'AP118', ['firstName', 'lastName']],
      ['a person upstream cannot add', { email: 'error-adding-user@aeropay.com' }, 'UpstreamRejected', 'AP108', undefined],
    ] as const)('passes on what upstream says of %s, and stores nobody', async (_what, over, code, upstreamCode, paths) => {
      const { api } = environment();
      const person = aPerson(over);

      const problem = await api.refused(code, 'POST', '/v1/users', { body: person });

      expect(problem.upstreamCode).toBe(upstreamCode);
      expect(problem.errors?.map(({ path }) => path)).toEqual(paths);
      expect((await api.listUsers({ externalId: person.externalId })).body.items).toEqual([]);
    });
  });
});
